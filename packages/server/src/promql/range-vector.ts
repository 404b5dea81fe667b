/** A range vector as the answer itself: `up[5m]`, `rate(x[1m])[1h:5m]`. */
import { compareLabels } from '../series/index.ts';
import { assertOutputSize, finishNames, type MatrixSeries, matrixOf } from './answer.ts';
import type { MatrixSelectorNode, SubqueryNode } from './ast.ts';
import { evaluate } from './evaluate.ts';
import type { Frame } from './frame.ts';
import { findEdges } from './rate.ts';
import { type HistogramLane, surplusOf } from './histogram-lane.ts';
import { type MergedColumn, mergeLanes } from './native-pass.ts';
import { failQuery, type Run } from './run.ts';
import type { SampleColumn } from './select.ts';
import {
  createWindows,
  emptyOutside,
  findWindows,
  openMatrix,
  subqueryFrame,
  type WindowShape,
} from './windows.ts';

/** Reads a range vector at one moment, in order of labels. */
export function readRangeVector(
  run: Run,
  node: MatrixSelectorNode | SubqueryNode,
  frame: Frame,
): readonly MatrixSeries[] {
  return node.type === 'subquery' ? readSubquery(run, node, frame) : readMatrix(run, node, frame);
}

function readSubquery(run: Run, node: SubqueryNode, frame: Frame): readonly MatrixSeries[] {
  const inner = subqueryFrame(run, node, frame).frame;
  const value = evaluate(run, node.operand, inner);
  if (value.kind !== 'vector') return failQuery('subquery of something other than a vector');
  return matrixOf(run, finishNames(run, value), inner);
}

function readMatrix(run: Run, node: MatrixSelectorNode, frame: Frame): readonly MatrixSeries[] {
  const { shape, series } = openMatrix(run, node, frame);
  const windows = createWindows(1);
  const answer: MatrixSeries[] = [];
  for (const { labels, column: samples, aggregates } of series) {
    const floats =
      aggregates === undefined
        ? samples
        : (run.aggregates?.readWindow(run, shape, { aggregates, column: samples }) ?? samples);
    const { native } = floats;
    const column = native === undefined ? floats : mergeLanes(floats, native);
    findWindows(shape, column, windows);
    emptyOutside(windows);
    const isWhole = floats !== samples;
    const window = isWhole
      ? { from: 0, to: column.count }
      : { from: windows.from[0], to: windows.to[0] };
    const points =
      shape.extension === undefined
        ? copyWindow(column, window.from, window.to)
        : extendWindow(shape, column, window);
    if (points.timesMs.length === 0) continue;
    run.hold(points.timesMs.length + surplusOf(points.histograms ?? []));
    answer.push({ labels, ...points });
    assertOutputSize(run, answer.length);
  }
  return answer.sort((a, b) => compareLabels(a.labels, b.labels));
}

interface Points {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly histograms?: HistogramLane;
}

function copyWindow(column: SampleColumn | MergedColumn, from: number, to: number): Points {
  const timesMs = column.timesMs.slice(from, to);
  const values = column.values.slice(from, to);
  const histograms = 'histograms' in column ? column.histograms.slice(from, to) : [];
  const hasAny = histograms.some((histogram) => histogram !== undefined);
  return hasAny ? { timesMs, values, histograms } : { timesMs, values };
}

const NO_POINTS: Points = { timesMs: new Float64Array(0), values: new Float64Array(0) };

/** The samples within, with a point put on either edge. */
function extendWindow(
  shape: WindowShape,
  column: SampleColumn | MergedColumn,
  window: { readonly from: number; readonly to: number },
): Points {
  if (copyWindow(column, window.from, window.to).histograms !== undefined) {
    failQuery(`${shape.extension} modifier is not supported with histograms`);
  }
  const endMs = shape.reference.firstMs;
  const openMs = endMs - shape.rangeMs;
  const isSmoothed = shape.extension === 'smoothed';
  const finder = { column, isSmoothed, isCounter: false };
  const edges = findEdges(finder, window, { openMs, endMs });
  if (edges === undefined) return NO_POINTS;
  const first = edges.first + (column.timesMs[edges.first] <= openMs ? 1 : 0);
  const last = edges.last - (column.timesMs[edges.last] >= endMs ? 1 : 0);
  const inner = copyWindow(column, first, Math.max(first, last + 1));
  return {
    timesMs: Float64Array.of(openMs, ...inner.timesMs, endMs),
    values: Float64Array.of(edges.left, ...inner.values, edges.right),
  };
}
