/** Questions to the store within the time of one explanation. */
import { AppError, type Clock, errorMessage } from '../platform/index.ts';
import type { MatrixSeries } from '../promql/index.ts';
import { meansItsRange, type BacktestAsker, type HistoryQuestion } from '../backtests/index.ts';
import type { Instants } from '../rules/index.ts';

export type Answer =
  | { readonly kind: 'series'; readonly series: readonly MatrixSeries[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** What answers questions until the time is over. Throws when the asker goes away. */
export interface Ask {
  at(text: string, atMs: number): Promise<Answer>;
  /** At each of some instants, as if asked at each alone. */
  over(text: string, instants: Instants): Promise<Answer>;
}

export type AskStore = (
  question: HistoryQuestion,
  asker: BacktestAsker,
) => Promise<readonly MatrixSeries[]>;

/** Builds it; `deadlineMs` is on the monotonic clock. */
export function createAsk(options: {
  readonly ask: AskStore;
  readonly asker: BacktestAsker;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
}): Ask {
  const { asker, clock, deadlineMs } = options;
  const ask = async (text: string, instants: Instants): Promise<Answer> => {
    // Small questions are answered at once, in the server's own thread: a hundred of them in one
    // turn would hold up scrapes and pages.
    await options.pause();
    const timeoutMs = Math.floor(deadlineMs - clock.monotonicMs());
    if (timeoutMs < 1) return { kind: 'failed', reason: 'no time was left for it' };
    try {
      return { kind: 'series', series: await options.ask({ text, ...instants, timeoutMs }, asker) };
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'QUERY_CANCELED') throw error;
      return { kind: 'failed', reason: errorMessage(error) };
    }
  };
  const at = async (text: string, atMs: number): Promise<Answer> =>
    ask(text, { fromMs: atMs, toMs: atMs, stepMs: 1 });
  return {
    at,
    async over(text, instants) {
      if (!meansItsRange(text)) return ask(text, instants);
      const series: MatrixSeries[] = [];
      const { fromMs, toMs, stepMs } = instants;
      for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
        const answer = await at(text, atMs);
        if (answer.kind === 'failed') return answer;
        series.push(...answer.series);
      }
      return { kind: 'series', series };
    },
  };
}
