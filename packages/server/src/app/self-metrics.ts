/** Nines' own metrics: the process, and what the engines count of themselves. */
import { collectDefaultMetrics, Counter, Gauge, type Registry } from 'prom-client';

/** A metric whose value is kept elsewhere and read when somebody asks. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Adds the metrics of the process and of the runtime, and which version this is. */
export function addProcessMetrics(registry: Registry, version: string): void {
  collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: 'nines_build_info',
    help: 'A metric with a constant 1 and the version.',
    labelNames: ['version'],
    registers: [registry],
  });
  info.set({ version }, 1);
}

/** Adds values that go up and down. */
export function addGauges(registry: Registry, metrics: readonly ReadMetric[]): void {
  for (const { name, help, read } of metrics) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => gauge.set(read()),
    });
  }
}

/** Adds totals that only rise; they are read anew each time, so nothing is counted twice. */
export function addCounters(registry: Registry, metrics: readonly ReadMetric[]): void {
  for (const { name, help, read } of metrics) {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }
}
