/** What the series are made of: which metrics, labels and pairs there are most of. */
import { METRIC_NAME } from '../series/index.ts';
import type { Head } from './head.ts';

/** A name and how many there are of it. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** The largest of each kind, the largest first. */
export interface Cardinality {
  readonly seriesCount: number;
  readonly pairCount: number;
  /** Chunks in memory. */
  readonly chunkCount: number;
  /** Of what is in memory, epoch milliseconds; undefined where nothing is. */
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
  readonly seriesByMetric: readonly Counted[];
  readonly valuesByLabel: readonly Counted[];
  /** Characters of the values of a label, each as often as series have it. */
  readonly charactersByLabel: readonly Counted[];
  /** As `name=value`. */
  readonly seriesByPair: readonly Counted[];
}

/** Counts by the index alone; some milliseconds for each 100,000 pairs. */
export function describeCardinality(head: Head, limit: number): Cardinality {
  const { pairs, postings, seriesCount } = head.table;
  const seriesByMetric = new Top(limit);
  const seriesByPair = new Top(limit);
  const valuesByLabel = new Top(limit);
  const charactersByLabel = new Top(limit);
  for (const name of pairs.names()) {
    let values = 0;
    let characters = 0;
    for (const [value, pair] of pairs.pairsOf(name)) {
      const count = postings.count(pair);
      values++;
      characters += value.length * count;
      if (name === METRIC_NAME) seriesByMetric.add(value, count);
      if (seriesByPair.wants(count)) seriesByPair.add(`${name}=${value}`, count);
    }
    valuesByLabel.add(name, values);
    charactersByLabel.add(name, characters);
  }
  return {
    seriesCount,
    pairCount: pairs.pairCount,
    ...describeMemory(head),
    seriesByMetric: seriesByMetric.list(),
    valuesByLabel: valuesByLabel.list(),
    charactersByLabel: charactersByLabel.list(),
    seriesByPair: seriesByPair.list(),
  };
}

function describeMemory(head: Head): Pick<Cardinality, 'chunkCount' | 'minMs' | 'maxMs'> {
  const { open, closed, table } = head;
  let chunkCount = closed.count;
  let minMs = Infinity;
  let maxMs = -Infinity;
  for (let slot = 0; slot < table.slotCount; slot++) {
    if (table.idOf[slot] === 0) continue;
    if (open.count[slot] > 0) chunkCount++;
    if (head.late.hasOpen(slot)) chunkCount++;
    minMs = Math.min(minMs, head.memoryStartMs(slot));
    maxMs = Math.max(maxMs, open.lastMs[slot]);
  }
  const isEmpty = minMs === Infinity;
  return { chunkCount, minMs: isEmpty ? undefined : minMs, maxMs: isEmpty ? undefined : maxMs };
}

/** The largest of very many, without sorting them all. */
class Top {
  readonly #limit: number;
  #best: Counted[] = [];
  #least = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a count may be among the largest. */
  wants(count: number): boolean {
    return count > this.#least;
  }

  add(name: string, count: number): void {
    if (!this.wants(count)) return;
    this.#best.push({ name, count });
    if (this.#best.length < 2 * this.#limit) return;
    this.#best = this.list().slice();
    this.#least = this.#best.at(-1)?.count ?? 0;
  }

  /** The largest first; of the same count by name. */
  list(): readonly Counted[] {
    const sorted = [...this.#best].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    return sorted.slice(0, this.#limit);
  }
}
