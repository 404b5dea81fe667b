/**
 * The order in which floats and histograms of one request are appended.
 *
 * They are appended apart, because what is written is counted apart. Nearly always a series has one
 * kind only, and then the order does not matter. Where one has both (it ends with a staleness
 * marker, which is a float, or a program was changed meanwhile), its samples still have to come in
 * order of time: they are appended in turns, floats and histograms alternately.
 */
import type { SampleBatch } from '../series/index.ts';
import { KIND_TURNS_MAX } from './limits.ts';
import type { WriteBatch } from './write-batch.ts';

/** Samples of one kind. */
export interface KindTurn {
  readonly isHistograms: boolean;
  readonly batch: SampleBatch;
}

/** Both kinds of a request in as few turns as its series need; histograms come first. */
export function planTurns(floats: WriteBatch, histograms: WriteBatch): readonly KindTurn[] {
  const ofFloats = { isHistograms: false, batch: floatsOf(floats) };
  const ofHistograms = { isHistograms: true, batch: histogramsOf(histograms) };
  if (histograms.count === 0) return [ofFloats];
  if (floats.count === 0) return [ofHistograms];
  const mixed = findMixed(floats, histograms);
  if (mixed.size === 0) return [ofHistograms, ofFloats];
  const turns = numberTurns(floats, histograms, mixed);
  return Array.from({ length: turns.count }, (_, turn): KindTurn => {
    const isHistograms = turn % 2 === 0;
    const [from, own] = isHistograms
      ? [ofHistograms.batch, turns.histograms]
      : [ofFloats.batch, turns.floats];
    return { isHistograms, batch: pickRows(from, (row) => own[row] === turn) };
  }).filter(({ batch }) => batch.count > 0);
}

/** Series that have both. */
function findMixed(floats: WriteBatch, histograms: WriteBatch): ReadonlySet<number> {
  const withHistograms = new Set(histograms.refs.subarray(0, histograms.count));
  return withHistograms.intersection(new Set(floats.refs.subarray(0, floats.count)));
}

/**
 * By row: its turn. Even ones are of histograms, odd ones of floats; a series begins a new turn
 * where its kind changes. Beyond the last turn there is none: then samples are out of order.
 */
function numberTurns(floats: WriteBatch, histograms: WriteBatch, mixed: ReadonlySet<number>) {
  const turns = {
    /** Floats of series that have nothing else come in the second. */
    count: 2,
    floats: new Uint32Array(floats.count).fill(1),
    histograms: new Uint32Array(histograms.count),
  };
  const rows = [
    ...rowsOf(floats, mixed, false),
    ...rowsOf(histograms, mixed, true),
    // By time; rows of one time keep their order.
  ].sort((a, b) => a.ref - b.ref || a.timeMs - b.timeMs);
  let ref = -1;
  let turn = 0;
  for (const row of rows) {
    const parity = row.isHistogram ? 0 : 1;
    if (row.ref !== ref) turn = parity;
    else if (turn % 2 !== parity) turn = turn + 1 < KIND_TURNS_MAX ? turn + 1 : turn - 1;
    ref = row.ref;
    (row.isHistogram ? turns.histograms : turns.floats)[row.at] = turn;
    turns.count = Math.max(turns.count, turn + 1);
  }
  return turns;
}

function* rowsOf(batch: WriteBatch, mixed: ReadonlySet<number>, isHistogram: boolean) {
  for (let at = 0; at < batch.count; at++) {
    const ref = batch.refs[at];
    if (mixed.has(ref)) yield { at, ref, timeMs: batch.timesMs[at], isHistogram };
  }
}

function floatsOf({ count, refs, timesMs, values, bits, startTimesMs }: WriteBatch): SampleBatch {
  return { count, refs, timesMs, values, bits, startTimesMs };
}

function histogramsOf(batch: WriteBatch): SampleBatch {
  return { ...floatsOf(batch), histograms: batch.histograms };
}

function pickRows(batch: SampleBatch, isPicked: (row: number) => boolean): SampleBatch {
  const rows: number[] = [];
  for (let row = 0; row < batch.count; row++) if (isPicked(row)) rows.push(row);
  // As words: a staleness marker does not survive as a number.
  const bits = new Uint32Array(2 * rows.length);
  rows.forEach((row, i) => {
    bits[2 * i] = batch.bits[2 * row];
    bits[2 * i + 1] = batch.bits[2 * row + 1];
  });
  const { histograms } = batch;
  return {
    count: rows.length,
    refs: Uint32Array.from(rows, (row) => batch.refs[row]),
    timesMs: Float64Array.from(rows, (row) => batch.timesMs[row]),
    values: new Float64Array(bits.buffer),
    bits,
    startTimesMs: Float64Array.from(rows, (row) => batch.startTimesMs?.[row] ?? 0),
    ...(histograms !== undefined && { histograms: rows.map((row) => histograms[row]) }),
  };
}
