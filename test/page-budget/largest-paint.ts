/**
 * When the largest part of the board is painted, on a processor a quarter as fast.
 *
 * Nothing looks into the page before it has settled: what a test runs there to look would run on
 * the same slow processor, and be measured as a part of the page.
 */
import type { Browser } from 'playwright-core';
import { openVisitor, type World } from './world.ts';

const SLOWER = 4;
const RUNS = 5;
/** Long after the last paint, on a slow machine too. */
const SETTLE_MS = 6_000;
const BOARD_WITHIN_MS = 60_000;

export interface LargestPaint {
  readonly atMs: number;
  /** What it was: its element and the beginning of its words. */
  readonly what: string;
}

/** One visit after another, each with an empty cache. */
export async function measureLargestPaints(
  browser: Browser,
  world: World,
): Promise<readonly LargestPaint[]> {
  const paints: LargestPaint[] = [];
  for (let run = 0; run < RUNS; run++) paints.push(await measureOne(browser, world));
  return paints;
}

async function measureOne(browser: Browser, world: World): Promise<LargestPaint> {
  const context = await openVisitor(browser, world);
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.goto(world.server.url, { waitUntil: 'commit' });
    await page.waitForTimeout(SETTLE_MS);
    await page.getByRole('row').nth(1).waitFor({ timeout: BOARD_WITHIN_MS });
    return await page.evaluate(
      async () =>
        new Promise<LargestPaint>((resolve) => {
          new PerformanceObserver((list) => {
            const last = list.getEntries().at(-1);
            const element = last !== undefined && 'element' in last ? last.element : undefined;
            const what =
              element instanceof Element
                ? `${element.tagName} ${(element.textContent ?? '').slice(0, 60)}`
                : 'nothing';
            resolve({ atMs: Math.round(last?.startTime ?? Number.NaN), what });
          }).observe({ type: 'largest-contentful-paint', buffered: true });
        }),
    );
  } finally {
    await context.close();
  }
}
