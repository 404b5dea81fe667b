/**
 * Whether ten thousand alerts scroll at 60 frames a second.
 *
 * Two things are judged. How long the main thread works for a frame is the list's own, however
 * busy the machine is. Which frames were missed is not: a busy machine takes the processor away
 * from whoever works, and the more often the longer they work. So a plain page with as many rows,
 * whose script does nothing but be busy for as long in each frame as the list was, is scrolled in
 * turns with it. Work that fits into a frame misses none there unless the machine is busy, and what
 * the list misses beyond that page is its own.
 */
import type { Browser, Page } from 'playwright-core';
import { waitUntil } from '../harness/wait.ts';
import { measureFrameWork } from './frame-work.ts';
import { openVisitor, type World } from './world.ts';

export const ALERTS = 10_000;
const FRAMES = 300;
const PX_PER_FRAME = 80;
/** One and a half intervals: a screen of 60 frames a second showed the same one twice. */
const FRAME_MS_MAX = 25;
const TURNS = 3;
const LIST_WITHIN_MS = 120_000;

export interface Smoothness {
  /** Share of frames that were missed, of all turns. */
  readonly list: number;
  readonly plain: number;
  /** Milliseconds of work for a frame, which 99 of 100 frames stay below. */
  readonly workMs: number;
  readonly rows: number;
}

/** Makes the alerts, loads the whole list, and scrolls through its middle. */
export async function measureLongList(browser: Browser, world: World): Promise<Smoothness> {
  world.setItemCount(ALERTS);
  await waitUntil(
    `${ALERTS} alerts`,
    async () => {
      const { counts } = await world.server.client('listAlerts', { query: { limit: 1 } });
      return counts.log >= ALERTS ? true : undefined;
    },
    LIST_WITHIN_MS,
  );
  const context = await openVisitor(browser, world);
  try {
    const page = await context.newPage();
    await page.goto(`${world.server.url}/alerts?output=log`);
    await page.getByRole('row').nth(1).waitFor();
    const rows = await loadAll(page);
    const plain = await context.newPage();
    await plain.setContent(plainPage(rows));
    const work = await measureFrameWork(page, async () => scrollThrough(page, []));
    const plainWork = await measureFrameWork(plain, async () => scrollThrough(plain, []));
    const plainMs = percentile(plainWork, 0.5);
    const busyMs = work.map((ms) => Math.max(0, ms - plainMs));
    const missed = { list: 0, plain: 0 };
    for (let turn = 0; turn < TURNS; turn++) {
      missed.list += await scrollThrough(page, []);
      missed.plain += await scrollThrough(plain, busyMs);
    }
    return {
      list: missed.list / TURNS,
      plain: missed.plain / TURNS,
      workMs: Math.round(percentile(work, 0.99) * 10) / 10,
      rows,
    };
  } finally {
    await context.close();
  }
}

/** Goes to the end again and again until there is no more; answers how many rows there are. */
async function loadAll(page: Page): Promise<number> {
  return waitUntil(
    'the whole list',
    async () => {
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      const text = await page.getByRole('table').first().getAttribute('aria-rowcount');
      const rows = Number(text);
      const last = await page.getByRole('row').last().getAttribute('aria-rowindex');
      return rows > ALERTS && Number(last) >= ALERTS ? rows : undefined;
    },
    LIST_WITHIN_MS,
  );
}

/** The words of a list, all of them there from the beginning. */
function plainPage(rows: number): string {
  const row = '<p>Item 1234<br>Item items LOG for 9 min 08:15 Nobody has it yet</p>';
  return `<style>p { height: 55px; margin: 0; border-bottom: 1px solid }</style>${row.repeat(rows)}`;
}

function percentile(values: readonly number[], ratio: number): number {
  return values.toSorted((a, b) => a - b).at(Math.floor(values.length * ratio)) ?? Number.NaN;
}

/** Answers the share of frames that were missed; `busyMs`: how long to do nothing in each. */
async function scrollThrough(page: Page, busyMs: readonly number[]): Promise<number> {
  await page.bringToFront();
  return page.evaluate(
    async ({ frames, pxPerFrame, frameMsMax, busyMs: busy }) =>
      new Promise<number>((resolve) => {
        window.scrollTo(0, document.documentElement.scrollHeight / 3);
        const times: number[] = [];
        const step = (atMs: number): void => {
          const untilMs = performance.now() + (busy[times.length] ?? 0);
          times.push(atMs);
          while (performance.now() < untilMs);
          window.scrollBy({ top: pxPerFrame, behavior: 'instant' });
          if (times.length <= frames) requestAnimationFrame(step);
          else {
            const missed = times.filter((time, i) => i > 0 && time - times[i - 1] > frameMsMax);
            resolve(missed.length / frames);
          }
        };
        requestAnimationFrame(step);
      }),
    { frames: FRAMES, pxPerFrame: PX_PER_FRAME, frameMsMax: FRAME_MS_MAX, busyMs },
  );
}
