/** One measured figure, and the line that it is printed as. */

/** What a benchmark measured, the peer's value beside ours. */
export interface Measure {
  /** Says what it is and in which unit: `ingest_cpu_seconds_per_million_samples`. */
  readonly name: string;
  readonly unit: string;
  /** Which direction is the good one. */
  readonly better: 'lower' | 'higher';
  /** What was done while it was measured. */
  readonly load: string;
  /** Ours first, then the peer's where there was one. */
  readonly values: readonly number[];
}

/** The peer that values are compared with. */
export interface PeerName {
  readonly name: string;
  readonly version: string;
}

/** Enough to compare, few enough to read; the noise of any machine is larger. */
const DIGITS = 4;

/** A figure as one line of JSON; `ratio` is ours by the peer's, null without a peer. */
export function formatFigure(measure: Measure, peer: PeerName | undefined): string {
  const { name, unit, better, load, values } = measure;
  const [ours, peers] = values;
  if (ours === undefined) throw new Error(`BUG: ${name} has no value`);
  const isCompared = peer !== undefined && peers !== undefined;
  return JSON.stringify({
    name,
    value: round(ours),
    unit,
    better,
    load,
    peer: isCompared ? peer.name : null,
    peerVersion: isCompared ? peer.version : null,
    peerValue: isCompared ? round(peers) : null,
    ratio: isCompared ? round(ours / peers) : null,
  });
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The middle one; of two middle ones the lower. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.at(Math.floor((sorted.length - 1) / 2));
  if (middle === undefined) throw new Error('BUG: there is no median of nothing');
  return middle;
}
