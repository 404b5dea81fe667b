/**
 * Whether ten thousand alerts scroll as smoothly as this machine draws anything.
 *
 * A frame that is more than a little longer than a sixtieth of a second was missed. A busy machine
 * misses some whatever it draws, so a plain page of the same length is scrolled in the same way
 * beside it, and only what the list misses beyond that is its own.
 */
import type { Browser, Page } from 'playwright-core';
import { waitUntil } from '../harness/wait.ts';
import { openVisitor, type World } from './world.ts';

export const ALERTS = 10_000;
const FRAMES = 300;
const PX_PER_FRAME = 80;
const FRAME_MS_MAX = 20;
const LIST_WITHIN_MS = 120_000;

export interface Smoothness {
  /** Share of frames that were missed. */
  readonly list: number;
  readonly plain: number;
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
    const list = await scrollThrough(page);
    const plain = await context.newPage();
    await plain.setContent(`<p style="height: ${rows * 40}px">A plain page.</p>`);
    return { list, plain: await scrollThrough(plain), rows };
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

async function scrollThrough(page: Page): Promise<number> {
  await page.bringToFront();
  return page.evaluate(
    async ({ frames, pxPerFrame, frameMsMax }) =>
      new Promise<number>((resolve) => {
        window.scrollTo(0, document.documentElement.scrollHeight / 3);
        const times: number[] = [];
        const step = (atMs: number): void => {
          times.push(atMs);
          window.scrollBy({ top: pxPerFrame, behavior: 'instant' });
          if (times.length <= frames) requestAnimationFrame(step);
          else {
            const missed = times.filter((time, i) => i > 0 && time - times[i - 1] > frameMsMax);
            resolve(missed.length / frames);
          }
        };
        requestAnimationFrame(step);
      }),
    { frames: FRAMES, pxPerFrame: PX_PER_FRAME, frameMsMax: FRAME_MS_MAX },
  );
}
