/** The board's handler. */
import type { AlertSummary, Board, RecentEvent } from '@nines/contract';
import { type SummaryInput, summarizeServices } from './service-summaries.ts';

export interface BoardSources {
  readonly now: () => number;
  readonly listNeedsSomeone: () => Promise<readonly AlertSummary[]>;
  readonly countPending: () => number;
  readonly listRecent: () => Promise<readonly RecentEvent[]>;
  readonly summaryInput: () => Omit<SummaryInput, 'nowMs'>;
  readonly notices: () => Board['notices'];
  readonly self: () => Promise<Board['self']>;
}

/** A page asks every few seconds, and so does every other page: they share an answer this long. */
const SHARED_FOR_MS = 1_000;

/** Builds the handler. */
export function createBoardHandler(sources: BoardSources): () => Promise<Board> {
  let shared: { readonly atMs: number; readonly board: Promise<Board> } | undefined;
  return async () => {
    const nowMs = sources.now();
    if (shared === undefined || Math.abs(nowMs - shared.atMs) >= SHARED_FOR_MS) {
      shared = { atMs: nowMs, board: readBoard(sources) };
    }
    return shared.board;
  };
}

async function readBoard(sources: BoardSources): Promise<Board> {
  const [needsSomeone, recent, self] = await Promise.all([
    sources.listNeedsSomeone(),
    sources.listRecent(),
    sources.self(),
  ]);
  const now = sources.now();
  return {
    now,
    needsSomeone: [...needsSomeone],
    pendingCount: sources.countPending(),
    services: [...summarizeServices({ ...sources.summaryInput(), nowMs: now })],
    notices: sources.notices(),
    recent: [...recent],
    self,
  };
}
