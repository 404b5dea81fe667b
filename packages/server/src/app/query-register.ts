/** Which queries run, which were slow: what is shown about queries, and nothing else. */
import { QUERY_TEXT_SHOWN_MAX, SLOW_QUERIES_KEPT } from './limits.ts';

/** A query under way. */
export interface RunningQuery {
  readonly id: number;
  readonly text: string;
  /** A user's name, or a rule. */
  readonly asker: string;
  readonly startedAt: number;
  /** What the index said that it would read; undefined where that was not asked. */
  readonly expectedSamples: number | undefined;
}

/** A query that is over, and took long. */
export interface SlowQuery {
  readonly text: string;
  readonly asker: string;
  readonly startedAt: number;
  readonly elapsedMs: number;
  readonly samplesRead: number;
  /** Why it has no answer; undefined: it has one. */
  readonly error: string | undefined;
}

export class QueryRegister {
  readonly #running = new Map<number, RunningQuery>();
  readonly #stopping = new Set<number>();
  readonly #slow: SlowQuery[] = [];
  #lastId = 0;

  /** Takes a query in. */
  begin(query: Omit<RunningQuery, 'id'>): RunningQuery {
    // Numbers fit into a word, which the threads share; nobody sees them come round.
    this.#lastId = (this.#lastId + 1) & 0x7fff_ffff;
    const running = { ...query, text: shorten(query.text), id: this.#lastId };
    this.#running.set(running.id, running);
    return running;
  }

  end(id: number): void {
    this.#running.delete(id);
    this.#stopping.delete(id);
  }

  /** Notes that somebody stopped it; undefined where it does not run. */
  stop(id: number): RunningQuery | undefined {
    const running = this.#running.get(id);
    if (running !== undefined) this.#stopping.add(id);
    return running;
  }

  isStopping(id: number): boolean {
    return this.#stopping.has(id);
  }

  noteSlow(query: SlowQuery): void {
    this.#slow.push({ ...query, text: shorten(query.text) });
    if (this.#slow.length > SLOW_QUERIES_KEPT) this.#slow.shift();
  }

  /** In the order in which they came. */
  running(): readonly RunningQuery[] {
    return [...this.#running.values()];
  }

  /** The newest first. */
  slow(): readonly SlowQuery[] {
    return this.#slow.toReversed();
  }
}

function shorten(text: string): string {
  if (text.length <= QUERY_TEXT_SHOWN_MAX) return text;
  return `${text.slice(0, QUERY_TEXT_SHOWN_MAX).toWellFormed()}…`;
}
