/** The board's handler. */
import type { AlertSummary, Board, RecentEvent } from '@nines/contract';
import { type SummaryInput, summarizeServices } from './service-summaries.ts';

export interface BoardSources {
  readonly now: () => number;
  readonly listNeedsSomeone: () => Promise<readonly AlertSummary[]>;
  readonly countOpen: () => Board['openCount'];
  readonly countPending: () => number;
  readonly countSlos: () => Board['sloCounts'];
  readonly listRecent: () => Promise<readonly RecentEvent[]>;
  readonly summaryInput: () => Omit<SummaryInput, 'nowMs'>;
  readonly notices: () => Board['notices'];
  readonly self: () => Promise<Board['self']>;
}

/**
 * A page asks every few seconds, and so does every other page: they share what is measured this
 * long. What people do is never shared: who acknowledges must see it in the next answer.
 */
const SHARED_FOR_MS = 1_000;

type Measured = Pick<Board, 'services' | 'self'>;

/** Builds the handler. */
export function createBoardHandler(sources: BoardSources): () => Promise<Board> {
  let shared: { readonly atMs: number; readonly measured: Promise<Measured> } | undefined;
  return async () => {
    const nowMs = sources.now();
    if (shared === undefined || Math.abs(nowMs - shared.atMs) >= SHARED_FOR_MS) {
      shared = { atMs: nowMs, measured: readMeasured(sources, nowMs) };
    }
    const [needsSomeone, recent, measured] = await Promise.all([
      sources.listNeedsSomeone(),
      sources.listRecent(),
      shared.measured,
    ]);
    return {
      now: sources.now(),
      needsSomeone: [...needsSomeone],
      openCount: sources.countOpen(),
      pendingCount: sources.countPending(),
      sloCounts: sources.countSlos(),
      notices: sources.notices(),
      recent: [...recent],
      ...measured,
    };
  };
}

async function readMeasured(sources: BoardSources, nowMs: number): Promise<Measured> {
  const self = await sources.self();
  return { self, services: [...(await summarizeServices({ ...sources.summaryInput(), nowMs }))] };
}
