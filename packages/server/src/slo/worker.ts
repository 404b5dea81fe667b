/**
 * Counts every few seconds what was scraped, and writes it down.
 *
 * Objectives that are up to date are counted first, all of them each time, since alerts wait for
 * that; then those that lie behind are caught up, the one furthest behind first, for as long as a
 * tick allows.
 */
import type { Clock } from '../platform/index.ts';
import { SloGauges } from './gauges.ts';
import { Ledger, type LedgerDraft } from './ledger.ts';
import {
  CATCH_UP_MS_PER_TICK,
  LOOK_BACK_MS,
  SCRAPE_TIMEOUT_MS,
  SLICE_MS,
  TICK_MS,
  VISIBLE_AFTER_MS,
} from './limits.ts';
import type { SloMetrics } from './metrics.ts';
import type { Slo } from './model.ts';
import type { SeriesStore } from './series-store.ts';
import { TargetFacts } from './target-facts.ts';

export interface SloWorkerOptions {
  readonly store: SeriesStore;
  readonly clock: Clock;
  readonly metrics: SloMetrics;
  /** The longest that a scrape may take; undefined: nothing is scraped. */
  readonly scrapeTimeoutMs: () => number | undefined;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
}

/** An objective with what is counted and what is published of it. */
export interface Counted {
  readonly ledger: Ledger;
  readonly gauges: SloGauges;
}

export class SloWorker {
  readonly #options: SloWorkerOptions;
  readonly #facts: TargetFacts;
  #counted: ReadonlyMap<string, Counted> = new Map();
  #sliceStartMs = 0;

  constructor(options: SloWorkerOptions) {
    this.#options = options;
    this.#facts = new TargetFacts(options.store);
    options.metrics.watch({
      objectiveCount: () => this.#counted.size,
      behindMs: () => this.#behindMs(),
    });
  }

  /** Replaces the objectives; those that count the same as before go on. */
  apply(slos: readonly Slo[]): void {
    const before = this.#counted;
    this.#counted = new Map(
      slos.map((slo) => {
        const known = before.get(slo.name);
        if (known?.ledger.slo.definition === slo.definition) {
          known.ledger.slo = slo;
          return [slo.name, known];
        }
        const ledger = new Ledger(slo, this.#options.store, this.#facts);
        return [slo.name, { ledger, gauges: new SloGauges(ledger) }];
      }),
    );
  }

  all(): readonly Counted[] {
    return [...this.#counted.values()];
  }

  find(name: string): Counted | undefined {
    return this.#counted.get(name);
  }

  /** One round. What the store refuses is offered again by the next one. */
  async tick(): Promise<void> {
    const { clock, metrics } = this.#options;
    const startMs = clock.monotonicMs();
    this.#sliceStartMs = startMs;
    const nowMs = clock.now();
    const watermarkMs = this.#watermarkMs(nowMs);
    const drafts: LedgerDraft[] = [];
    const all = [...this.#counted.values()];
    // For all of them at once: further back than any that is not behind reads.
    if (all.length > 0) this.#facts.load(watermarkMs - 2 * LOOK_BACK_MS, nowMs);
    for (const { ledger, gauges } of all) {
      if (ledger.isBehind(watermarkMs)) continue;
      const draft = ledger.count(nowMs, watermarkMs);
      drafts.push({ ...draft, samples: [...draft.samples, ...gauges.samplesAt(nowMs)] });
      await this.#breathe();
    }
    this.#write(drafts);
    metrics.observeTick(clock.monotonicMs() - startMs);
    await this.#catchUp(all, { nowMs, watermarkMs });
  }

  async #catchUp(
    all: readonly Counted[],
    { nowMs, watermarkMs }: { readonly nowMs: number; readonly watermarkMs: number },
  ): Promise<void> {
    const { clock } = this.#options;
    const endMs = clock.monotonicMs() + CATCH_UP_MS_PER_TICK;
    while (clock.monotonicMs() < endMs) {
      const behind = all
        .map(({ ledger }) => ledger)
        .filter((ledger) => ledger.isBehind(watermarkMs))
        .sort((a, b) => (a.cursorMs ?? 0) - (b.cursorMs ?? 0));
      if (behind.length === 0) return;
      this.#write([behind[0].catchUp(nowMs, watermarkMs)]);
      await this.#breathe();
    }
  }

  #write(drafts: readonly LedgerDraft[]): void {
    const samples = drafts.flatMap((draft) => draft.samples);
    if (samples.length > 0) this.#options.store.write(samples);
    for (const draft of drafts) draft.commit();
  }

  /** On a grid, so that points of all objectives have the same times. */
  #watermarkMs(nowMs: number): number {
    const timeoutMs = this.#options.scrapeTimeoutMs() ?? SCRAPE_TIMEOUT_MS;
    return Math.floor((nowMs - timeoutMs - VISIBLE_AFTER_MS) / TICK_MS) * TICK_MS;
  }

  #behindMs(): number {
    const watermarkMs = this.#watermarkMs(this.#options.clock.now());
    const cursors = this.all().map(({ ledger }) => ledger.cursorMs ?? 0);
    return Math.max(0, ...cursors.map((cursorMs) => watermarkMs - cursorMs));
  }

  async #breathe(): Promise<void> {
    const { clock, pause } = this.#options;
    if (clock.monotonicMs() - this.#sliceStartMs < SLICE_MS) return;
    await pause();
    this.#sliceStartMs = clock.monotonicMs();
  }
}
