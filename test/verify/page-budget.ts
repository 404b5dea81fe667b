/**
 * What the page may cost: to load, to paint, to draw, to scroll, and to be told of a change.
 *
 * Times are taken in a real browser beside a real server. A machine that is busy with something
 * else only ever adds to a time, so a budget that is missed is measured again, and the best median
 * counts; the figures name every one, and how busy the machine was.
 */
import { loadavg } from 'node:os';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../harness/browser.ts';
import { measureFirstLoad } from '../page-budget/first-load.ts';
import { measureGraph } from '../page-budget/graph-draw.ts';
import { measureLargestPaints } from '../page-budget/largest-paint.ts';
import { measureLiveChanges } from '../page-budget/live-change.ts';
import { ALERTS, measureLongList, type Smoothness } from '../page-budget/long-list.ts';
import { openWorld, type World } from '../page-budget/world.ts';
import { missing, type Verification, type VerificationResult } from './verification.ts';

const SCRIPT_KB_MAX = 220;
const STYLE_KB_MAX = 25;
const PAINT_MS_MAX = 1_500;
const DRAW_MS_MAX = 100;
const LIVE_MS_MAX = 1_000;
/** Of all frames the list may miss so many more than a plain page that is as busy. */
const MISSED_RATIO_MAX = 0.01;
/** Of 100 frames 99 are done within the interval of a screen that shows 60 a second. */
const FRAME_WORK_MS_MAX = 16.7;
const ATTEMPTS = 3;

export const pageBudget: Verification = {
  name: 'page-budget',
  promise:
    'the first page is 220 kB of script and 25 of style, painted in 1.5 s on a slow processor; graphs in 100 ms, changes in 1 s, 10,000 alerts without a missed frame',
  async run() {
    const browser = await openBrowser();
    if (browser === undefined) return missing('Chromium');
    const world = await openWorld(browser);
    try {
      return await judge(browser, world);
    } finally {
      await world.stop();
      await browser.close();
    }
  },
};

interface Timed {
  readonly medianMs: number;
  /** Of every attempt, each in the order in which it was taken. */
  readonly attempts: readonly (readonly number[])[];
}

async function judge(browser: Browser, world: World): Promise<VerificationResult> {
  const load = await measureFirstLoad(browser, world);
  const painted = new Set<string>();
  const paint = await measureAgain(PAINT_MS_MAX, async () => {
    const paints = await measureLargestPaints(browser, world);
    for (const { what } of paints) painted.add(what);
    return paints.map(({ atMs }) => atMs);
  });
  const draw = await measureAgain(DRAW_MS_MAX, async () => measureGraph(browser));
  const live = await measureAgain(LIVE_MS_MAX, async () => measureLiveChanges(browser, world));
  const list = await measureListAgain(browser, world);
  const misses = [
    ...over('kB of script', load.scriptKb, SCRIPT_KB_MAX),
    ...over('kB of style', load.styleKb, STYLE_KB_MAX),
    ...over('ms to the largest paint', paint.medianMs, PAINT_MS_MAX),
    ...over('ms to draw a graph', draw.medianMs, DRAW_MS_MAX),
    ...over('ms until a change is seen', live.medianMs, LIVE_MS_MAX),
    ...over('of the frames missed', excessOf(list), MISSED_RATIO_MAX),
    ...over('ms of work for a frame', list.workMs, FRAME_WORK_MS_MAX),
    ...(list.rows > ALERTS ? [] : [`the list has ${list.rows} rows, not ${ALERTS}`]),
  ];
  const figures = { load, paint, painted: [...painted], draw, live, list, loadAverage: loadavg() };
  return { isKept: misses.length === 0, figures, misses };
}

/** Again while it is over its budget; the best median counts. */
async function measureAgain(
  maxMs: number,
  measure: () => Promise<readonly number[]>,
): Promise<Timed> {
  const attempts: (readonly number[])[] = [];
  let medianMs = Number.POSITIVE_INFINITY;
  while (attempts.length < ATTEMPTS && medianMs > maxMs) {
    const times = await measure();
    attempts.push(times);
    medianMs = Math.min(medianMs, medianOf(times));
  }
  return { medianMs, attempts };
}

async function measureListAgain(browser: Browser, world: World): Promise<Smoothness> {
  let best = await measureLongList(browser, world);
  for (let again = 1; again < ATTEMPTS && !isSmooth(best); again++) {
    const next = await measureLongList(browser, world);
    if (isSmooth(next) || excessOf(next) < excessOf(best)) best = next;
  }
  return best;
}

function isSmooth(list: Smoothness): boolean {
  return excessOf(list) <= MISSED_RATIO_MAX && list.workMs <= FRAME_WORK_MS_MAX;
}

/** What the list misses beyond what this machine makes any page miss that works as much. */
function excessOf({ list, plain }: Smoothness): number {
  return Math.max(0, list - plain);
}

function over(what: string, value: number, limit: number): readonly string[] {
  return value <= limit ? [] : [`${value} ${what}, promised are at most ${limit}`];
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
