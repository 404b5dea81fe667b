/** A store of series in memory, and objectives, for the tests of this folder. */
import {
  createLabels,
  createSamples,
  isMatch,
  type Labels,
  labelsKey,
  setStale,
} from '../series/index.ts';
import type { Slo } from './model.ts';
import { readSlos } from './read-slos.ts';
import type { SeriesStore, SloSample } from './series-store.ts';

interface Kept {
  readonly ref: number;
  readonly labels: Labels;
  readonly samples: SloSample[];
}

export class MemoryStore implements SeriesStore {
  readonly retentionMs: number;
  /** Whether the disk refuses what is written. */
  isFull = false;
  readonly #series = new Map<string, Kept>();

  constructor(retentionMs = 40 * 86_400_000) {
    this.retentionMs = retentionMs;
  }

  *select({
    matchers,
    fromMs,
    toMs,
    newestOnly,
  }: Parameters<SeriesStore['select']>[0]): ReturnType<SeriesStore['select']> {
    for (const { ref, labels, samples: all } of this.#series.values()) {
      if (!isMatch(matchers, labels)) continue;
      const inRange = all.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
      const found = newestOnly === true ? inRange.slice(-1) : inRange;
      const samples = createSamples(found.length);
      samples.count = found.length;
      found.forEach(({ timeMs, value, isStale }, i) => {
        samples.timesMs[i] = timeMs;
        samples.values[i] = value;
        if (isStale) setStale(samples.bits, i);
      });
      if (samples.count > 0) yield { ref, labels, samples };
    }
  }

  write(samples: readonly SloSample[]): void {
    if (this.isFull) throw new Error('disk is full');
    for (const sample of samples) {
      const key = labelsKey(sample.labels);
      const kept = this.#series.get(key) ?? {
        ref: this.#series.size + 1,
        labels: sample.labels,
        samples: [],
      };
      this.#series.set(key, kept);
      if (sample.timeMs > (kept.samples.at(-1)?.timeMs ?? -Infinity)) kept.samples.push(sample);
    }
  }

  /** Writes one sample. */
  put(labels: Readonly<Record<string, string>>, timeMs: number, value: number | 'stale'): void {
    const isStale = value === 'stale';
    this.write([{ labels: createLabels(labels), timeMs, value: isStale ? 0 : value, isStale }]);
  }

  /** Values of a series by time. */
  valuesOf(labels: Readonly<Record<string, string>>): readonly (number | 'stale')[] {
    const kept = this.#series.get(labelsKey(createLabels(labels)));
    return (kept?.samples ?? []).map(({ value, isStale }) => (isStale ? 'stale' : value));
  }
}

/** An OpenSLO file with one objective; what is given replaces the usual parts. */
export function sloText(
  parts: {
    readonly name?: string;
    readonly good?: string;
    readonly total?: string;
    readonly target?: string;
    readonly window?: string;
    readonly annotation?: string;
  } = {},
): string {
  const annotation =
    parts.annotation === undefined
      ? ''
      : `, annotations: {nines.dev/burn-rate-alerts: '${parts.annotation}'}`;
  const metric = (query: string): string =>
    `{metricSource: {type: Prometheus, spec: {query: '${query}'}}}`;
  return [
    'apiVersion: openslo/v1',
    'kind: SLO',
    `metadata: {name: ${parts.name ?? 'checkout'}, displayName: Checkout${annotation}}`,
    'spec:',
    '  description: orders that were taken',
    '  service: shop',
    '  budgetingMethod: Occurrences',
    `  timeWindow: [${parts.window ?? '{duration: 30d, isRolling: true}'}]`,
    `  objectives: [{target: ${parts.target ?? '0.999'}}]`,
    '  indicator:',
    '    metadata: {name: requests}',
    '    spec:',
    '      ratioMetric:',
    '        counter: true',
    `        good: ${metric(parts.good ?? 'requests_total{code!~"5.."}')}`,
    `        total: ${metric(parts.total ?? 'requests_total')}`,
    '',
  ].join('\n');
}

/** The same, read. */
export function createSlo(parts: Parameters<typeof sloText>[0] = {}): Slo {
  const { slos, faults } = readSlos([{ file: 'slo.yaml', text: sloText(parts) }]);
  if (slos.length === 1 && faults.length === 0) return slos[0];
  throw new Error(faults.map(({ message }) => message).join('\n'));
}
