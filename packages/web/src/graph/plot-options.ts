/** The one look of all graphs, as options of the drawing library. */
import type { SignalUnit } from '@nines/contract';
import uPlot from 'uplot';
import { formatCompact } from '../format/number.ts';
import { viewerTime } from '../format/time.ts';
import { formatUnit } from '../format/unit.ts';
import {
  type Band,
  createPen,
  drawBands,
  drawEndLabels,
  drawMarks,
  drawThresholds,
  type Mark,
  measureGutter,
  type Threshold,
} from './annotations.ts';
import { findLonePoints, type GraphData } from './graph-data.ts';
import type { GraphPalette } from './palette.ts';
import { chooseRange } from './scale.ts';
import { formatTimeSplits } from './time-axis.ts';

export interface PlotInput {
  readonly data: GraphData;
  readonly width: number;
  readonly height: number;
  readonly palette: GraphPalette;
  readonly marks: readonly Mark[];
  readonly thresholds: readonly Threshold[];
  readonly bands: readonly Band[];
  /** Values that the scale holds, whatever is drawn. */
  readonly bounds: readonly number[];
  /** Graphs with the same key share their crosshair. */
  readonly syncKey: string;
  /** What the values are; undefined: bare numbers. */
  readonly unit: SignalUnit | undefined;
  /** Bars are for what happened within each step. */
  readonly shape: 'lines' | 'bars';
  readonly onHover: (hover: Hover | undefined) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

/** Where the crosshair is: the point of the grid and its place in the plot. */
export interface Hover {
  readonly index: number;
  readonly leftPx: number;
}

const LINE_WIDTH = 1.25;
const BAR_PX_MAX = 24;
/** Bytes are counted in powers of two: 47.7 MiB is no round number. */
const BINARY_STEPS = Array.from({ length: 60 }, (_, power) => 2 ** power);
/** A drag shorter than this is a click. */
const ZOOM_PX_MIN = 6;

export function plotData(data: GraphData): uPlot.AlignedData {
  const lines = [...data.others, ...data.lines].map(({ values }) => [...values]);
  return [[...data.times], ...lines];
}

export function plotOptions(input: PlotInput): uPlot.Options {
  const { data, palette, width, height } = input;
  const drawn = input.shape === 'bars' ? barSeries : lineSeries;
  return {
    width,
    height,
    padding: [10, gutterOf(input), 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      sync: { key: input.syncKey },
    },
    scales: {
      x: { time: true, range: () => [data.grid.fromMs / 1000, data.grid.toMs / 1000] },
      y: { range: (_, min, max) => valueRange(input, min, max) },
    },
    axes: [timeAxis(palette), valueAxis(input)],
    series: [
      {},
      ...data.others.map(() => lineSeries(palette.other, 0.35)),
      ...data.lines.map((_, index) => drawn(palette.lines[index] ?? palette.axis, 1)),
    ],
    hooks: {
      drawAxes: [(plot) => drawBands(createPen(plot, palette), input.bands)],
      draw: [
        (plot) => {
          const pen = createPen(plot, palette);
          drawThresholds(pen, input.thresholds);
          drawMarks(pen, input.marks);
          drawEndLabels(pen, data);
        },
      ],
      setCursor: [(plot) => input.onHover(readHover(plot))],
      setSelect: [(plot) => zoom(plot, input.onZoom)],
    },
  };
}

function valueRange(
  { thresholds, bounds }: PlotInput,
  min: number | null,
  max: number | null,
): uPlot.Range.MinMax {
  const { low, high } = chooseRange({ min, max }, [
    ...thresholds.map(({ value }) => value),
    ...bounds,
  ]);
  return [low, high];
}

function gutterOf({ data, palette, width }: PlotInput): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  const names = data.lines.map(({ name }) => name);
  return measureGutter(context, names, { font: palette.font, maxPx: Math.min(220, width * 0.3) });
}

function lineSeries(stroke: string, alpha: number): uPlot.Series {
  return {
    stroke,
    alpha,
    width: LINE_WIDTH,
    spanGaps: false,
    points: {
      show: true,
      size: 4,
      fill: stroke,
      filter: (plot, seriesIndex) => findLonePoints(plot.data[seriesIndex] ?? []),
    },
  };
}

function barSeries(stroke: string): uPlot.Series {
  const { bars } = uPlot.paths;
  return {
    stroke,
    fill: stroke,
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars({ size: [0.7, BAR_PX_MAX, 1], align: 1 }) }),
  };
}

function timeAxis(palette: GraphPalette): uPlot.Axis {
  return {
    ...axis(palette),
    size: 26,
    values: (...[, splits, , , increment]) => formatTimeSplits(splits, increment, viewerTime),
  };
}

function valueAxis({ palette, unit }: PlotInput): uPlot.Axis {
  const format = unit === undefined ? formatCompact : (value: number) => formatUnit(unit, value);
  return {
    ...axis(palette),
    size: 56,
    ...(unit === 'bytes' ? { incrs: BINARY_STEPS } : {}),
    values: (_, splits) => splits.map(format),
  };
}

function axis(palette: GraphPalette): uPlot.Axis {
  return {
    stroke: palette.axis,
    font: palette.font,
    gap: 4,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
  };
}

function readHover(plot: uPlot): Hover | undefined {
  const { idx, left } = plot.cursor;
  if (idx === null || idx === undefined || left === undefined || left < 0) return undefined;
  return { index: idx, leftPx: left + plot.bbox.left / uPlot.pxRatio };
}

/** The place of the crosshair within the plotting area. */
export function plotLeft(plot: uPlot, hover: Hover): number {
  return hover.leftPx - plot.bbox.left / uPlot.pxRatio;
}

function zoom(plot: uPlot, onZoom: PlotInput['onZoom']): void {
  const { left, width } = plot.select;
  if (width < ZOOM_PX_MIN) return;
  const timeAt = (px: number) => Math.round(plot.posToVal(px, 'x') * 1000);
  onZoom(timeAt(left), timeAt(left + width));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
