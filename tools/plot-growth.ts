/**
 * `node tools/plot-growth.ts FIGURES.json > docs/images/cost-growth.svg`: draws what
 * `npm run verify -- cost-growth` has printed, both axes logarithmic.
 */
import { readFileSync } from 'node:fs';
import { items, members } from '../test/harness/json.ts';

const PANEL = { width: 440, height: 300, left: 56, top: 36 };
const RIGHT = PANEL.width - 16;
const BOTTOM = PANEL.height - 36;
const LEGEND_HEIGHT = 150;
/** Told apart by people who see no red or green, too (Okabe, Ito: "Color Universal Design"). */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#7f7f7f'];

interface Curve {
  readonly what: string;
  readonly exponent: number;
  readonly points: readonly { readonly size: number; readonly cpuMs: number }[];
}

interface Axis {
  readonly from: number;
  readonly to: number;
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node tools/plot-growth.ts FIGURES.json\n');
  process.exitCode = 2;
} else {
  process.stdout.write(draw(readCurves(readFileSync(file, 'utf8'))));
}

function readCurves(text: string): ReadonlyMap<string, readonly Curve[]> {
  // npm prints lines of its own before the figures.
  const figures = members(members(JSON.parse(text.slice(text.indexOf('{'))))['figures']);
  return Map.groupBy(items(figures['curves']).map(readCurve), ({ over }) => over);
}

function readCurve(value: unknown): Curve & { readonly over: string } {
  const { over, what, exponent, points } = members(value);
  return {
    over: String(over),
    what: String(what),
    exponent: Number(exponent),
    points: items(points).map((point) => {
      const { size, cpuMs } = members(point);
      return { size: Number(size), cpuMs: Number(cpuMs) };
    }),
  };
}

function draw(curves: ReadonlyMap<string, readonly Curve[]>): string {
  const width = 2 * PANEL.width;
  const height = PANEL.height + LEGEND_HEIGHT;
  const series = drawPanel('series', 'series', curves.get('series') ?? []);
  const range = drawPanel('hours of the range', 'range', curves.get('range') ?? []);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">
<title>Processor time by the number of series, and by the length of the range</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${series}
<g transform="translate(${PANEL.width} 0)">
${range}
</g>
</svg>
`;
}

function drawPanel(label: string, id: string, curves: readonly Curve[]): string {
  const all = curves.flatMap(({ points }) => points);
  const x = decades(all.map(({ size }) => size));
  const y = decades(all.map(({ cpuMs }) => cpuMs));
  const lines = curves.map((curve, i) => drawCurve(curve, { x, y, color: COLORS[i] }));
  const legend = curves.map(({ what, exponent }, i) => {
    const top = PANEL.height + 14 + i * 18;
    return `<rect x="${PANEL.left}" y="${top - 9}" width="12" height="10" fill="${COLORS[i]}"/><text x="${PANEL.left + 18}" y="${top}">${what}: exponent ${exponent}</text>`;
  });
  return [
    `<g id="${id}">`,
    `<text x="${PANEL.left}" y="18">processor time in ms, by ${label}</text>`,
    ...drawGrid(x, y),
    ...lines,
    ...legend,
    '</g>',
  ].join('\n');
}

/** Whole powers of ten around some numbers. */
function decades(values: readonly number[]): Axis {
  const from = Math.floor(Math.log10(Math.min(...values)));
  return { from, to: Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values)))) };
}

function placeX(value: number, { from, to }: Axis): number {
  const share = (Math.log10(value) - from) / (to - from);
  return Math.round(PANEL.left + share * (RIGHT - PANEL.left));
}

function placeY(value: number, { from, to }: Axis): number {
  const share = (Math.log10(value) - from) / (to - from);
  return Math.round(BOTTOM - share * (BOTTOM - PANEL.top));
}

function drawGrid(x: Axis, y: Axis): readonly string[] {
  const line = (path: string): string => `<path d="${path}" stroke="#dddddd"/>`;
  const columns = powers(x).flatMap((value) => {
    const at = placeX(value, x);
    const text = value.toLocaleString('en-US');
    return [
      line(`M${at} ${PANEL.top}V${BOTTOM}`),
      `<text x="${at}" y="${BOTTOM + 16}" text-anchor="middle">${text}</text>`,
    ];
  });
  const rows = powers(y).flatMap((value) => {
    const at = placeY(value, y);
    const text = value.toLocaleString('en-US');
    return [
      line(`M${PANEL.left} ${at}H${RIGHT}`),
      `<text x="${PANEL.left - 6}" y="${at + 4}" text-anchor="end">${text}</text>`,
    ];
  });
  return [...columns, ...rows];
}

function powers({ from, to }: Axis): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));
}

function drawCurve(
  { points }: Curve,
  { x, y, color }: { readonly x: Axis; readonly y: Axis; readonly color: string },
): string {
  const places = points.map(({ size, cpuMs }) => [placeX(size, x), placeY(cpuMs, y)] as const);
  const dots = places.map(
    ([left, top]) => `<circle cx="${left}" cy="${top}" r="3" fill="${color}"/>`,
  );
  const path = places.map((place) => place.join(',')).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}`;
}
