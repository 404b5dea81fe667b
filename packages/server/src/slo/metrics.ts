/** The metrics of counting. */
import { Gauge, type Registry } from 'prom-client';

export interface SloMetrics {
  observeTick(durationMs: number): void;
  /** Says where the gauges get their numbers from. */
  watch(source: {
    readonly objectiveCount: () => number;
    /** How far the ledger that is furthest behind is behind. */
    readonly behindMs: () => number;
  }): void;
}

/** Declares the metrics in a registry. */
export function createSloMetrics(registry: Registry): SloMetrics {
  let objectiveCount = (): number => 0;
  let behindMs = (): number => 0;
  const ticks = new Gauge({
    name: 'nines_slo_last_tick_duration_seconds',
    help: 'How long the last round of counting took.',
    registers: [registry],
  });
  new Gauge({
    name: 'nines_slo_objectives',
    help: 'Objectives in force.',
    registers: [registry],
    collect() {
      this.set(objectiveCount());
    },
  });
  new Gauge({
    name: 'nines_slo_behind_seconds',
    help: 'How far the objective that is furthest behind is behind in counting.',
    registers: [registry],
    collect() {
      this.set(behindMs() / 1000);
    },
  });
  return {
    observeTick: (durationMs) => ticks.set(durationMs / 1000),
    watch(source) {
      objectiveCount = source.objectiveCount;
      behindMs = source.behindMs;
    },
  };
}
