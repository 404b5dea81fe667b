/** What is drawn over the lines: thresholds, marks in time, and the names at the lines' ends. */
import type uPlot from 'uplot';
import type { GraphData } from './graph-data.ts';
import type { GraphPalette } from './palette.ts';
import { placeLabels } from './place-labels.ts';

/** Something that happened, on the time axis. */
export interface Mark {
  readonly atMs: number;
  readonly label: string;
  readonly isUrgent: boolean;
}

export interface Threshold {
  readonly value: number;
  readonly label: string;
  /** How urgent it is beyond; a page where nothing is said. */
  readonly level?: 'page' | 'ticket';
}

/** A time in which something held. */
export interface Band {
  readonly fromMs: number;
  readonly toMs: number;
  readonly level: 'page' | 'ticket';
  /** At the bottom, under the bands that fill the height. */
  readonly isStrip: boolean;
}

const BAND_ALPHA = 0.16;
const STRIP_ALPHA = 0.7;
const STRIP_PX = 5;
/** What was shorter than a pixel is seen all the same. */
const BAND_PX_MIN = 1.5;
const LABEL_HEIGHT = 14;
const LABEL_GAP = 6;

/** Draws on a canvas whose pixels are those of the device; sizes here are CSS pixels. */
interface Pen {
  readonly plot: uPlot;
  readonly palette: GraphPalette;
  readonly ratio: number;
}

export function createPen(plot: uPlot, palette: GraphPalette): Pen {
  const ratio = plot.ctx.canvas.width / Math.max(1, plot.width);
  return { plot, palette, ratio };
}

/** Under the lines, so that these stay readable. */
export function drawBands({ plot, palette, ratio }: Pen, bands: readonly Band[]): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx } = plot;
  ctx.save();
  for (const { fromMs, toMs, level, isStrip } of bands) {
    const from = Math.max(left, plot.valToPos(fromMs / 1000, 'x', true));
    const to = Math.min(left + width, plot.valToPos(toMs / 1000, 'x', true));
    if (to < left || from > left + width) continue;
    const stripHeight = isStrip ? STRIP_PX * ratio : height;
    ctx.globalAlpha = isStrip ? STRIP_ALPHA : BAND_ALPHA;
    ctx.fillStyle = palette[level];
    ctx.fillRect(
      from,
      top + height - stripHeight,
      Math.max(BAND_PX_MIN * ratio, to - from),
      stripHeight,
    );
  }
  ctx.restore();
}

export function drawThresholds(pen: Pen, thresholds: readonly Threshold[]): void {
  const { left, width } = pen.plot.bbox;
  for (const { value, label, level = 'page' } of thresholds) {
    const y = pen.plot.valToPos(value, 'y', true);
    strokeLine(pen, pen.palette[level], [left, y, left + width, y]);
    writeText(pen, pen.palette[level], {
      text: label,
      x: left + 6 * pen.ratio,
      y: y - 8 * pen.ratio,
    });
  }
}

/** A mark near the right edge has its word at its left. */
export function drawMarks(pen: Pen, marks: readonly Mark[]): void {
  const { left, top, width, height } = pen.plot.bbox;
  for (const [index, { atMs, label, isUrgent }] of marks.entries()) {
    const x = pen.plot.valToPos(atMs / 1000, 'x', true);
    if (x < left || x > left + width) continue;
    const color = isUrgent ? pen.palette.page : pen.palette.mark;
    strokeLine(pen, color, [x, top, x, top + height]);
    const isRight = x > left + width * 0.75;
    writeText(pen, color, {
      text: label,
      x: x + (isRight ? -5 : 5) * pen.ratio,
      // Marks close to each other must not write over each other.
      y: top + (8 + (index % 3) * LABEL_HEIGHT) * pen.ratio,
      align: isRight ? 'right' : 'left',
    });
  }
}

/**
 * Writes each line's name where it ends, so that no legend has to be looked up: at the right edge,
 * or earlier for a line that stopped.
 */
export function drawEndLabels(pen: Pen, data: GraphData): void {
  const { top, height } = pen.plot.bbox;
  const ends = data.lines.flatMap(({ name, values }, lineIndex) => {
    const index = values.findLastIndex((entry) => entry !== null);
    const value = values[index] ?? null;
    if (value === null) return [];
    const x = pen.plot.valToPos(data.times[index] ?? 0, 'x', true);
    return [{ name, lineIndex, x, y: (pen.plot.valToPos(value, 'y', true) - top) / pen.ratio }];
  });
  const placed = placeLabels(
    ends.map(({ y }) => y),
    { height: height / pen.ratio, labelHeight: LABEL_HEIGHT },
  );
  const rightEdge = pen.plot.ctx.canvas.width;
  for (const [index, { name, lineIndex, x }] of ends.entries()) {
    const y = placed[index];
    if (y === undefined) continue;
    writeText(pen, pen.palette.lines[lineIndex] ?? pen.palette.axis, {
      text: name,
      x: x + LABEL_GAP * pen.ratio,
      y: top + y * pen.ratio,
      maxWidth: rightEdge - x - LABEL_GAP * pen.ratio,
    });
  }
}

/** How much room the names need at the right, at most a share of the graph. */
export function measureGutter(
  context: CanvasRenderingContext2D,
  names: readonly string[],
  options: { readonly font: string; readonly maxPx: number },
): number {
  context.save();
  context.font = options.font;
  const widest = Math.max(0, ...names.map((name) => context.measureText(name).width));
  context.restore();
  return Math.min(options.maxPx, Math.ceil(widest) + LABEL_GAP + 4);
}

function strokeLine(
  { plot, ratio }: Pen,
  color: string,
  [fromX, fromY, toX, toY]: readonly [number, number, number, number],
): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
  ctx.restore();
}

interface Words {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align?: 'left' | 'right';
  /** Canvas pixels; the text is cut to fit. */
  readonly maxWidth?: number;
}

function writeText({ plot, palette, ratio }: Pen, color: string, words: Words): void {
  const { ctx } = plot;
  ctx.save();
  ctx.font = scaleFont(palette.font, ratio);
  ctx.fillStyle = color;
  ctx.textBaseline = 'middle';
  ctx.textAlign = words.align ?? 'left';
  ctx.fillText(cutText(ctx, words.text, words.maxWidth), words.x, words.y);
  ctx.restore();
}

/** Cuts at the end, with an ellipsis, by halving: measuring is the slow part. */
function cutText(
  ctx: CanvasRenderingContext2D,
  text: string,
  maxWidth: number | undefined,
): string {
  if (maxWidth === undefined || ctx.measureText(text).width <= maxWidth) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= maxWidth) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits)}…`;
}

function scaleFont(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
