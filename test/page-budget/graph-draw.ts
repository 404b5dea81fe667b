/** How long the product's own graph takes for as much as it ever draws. */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { ROOT, runCommand } from '../../tools/run-step.ts';
import { createScratchFolder } from '../harness/server.ts';

const SERIES = 100;
const POINTS = 1_000;
const RUNS = 9;
/** Nobody listens there: every request is answered from the built folder. */
const ORIGIN = 'http://graph.test';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Milliseconds of each drawing, from the numbers to the screen. */
export async function measureGraph(browser: Browser): Promise<readonly number[]> {
  const folder = createScratchFolder();
  const source = join(ROOT, 'packages/web/src/graph/draw-page');
  const options = ['--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  const code = await runCommand(['vite', 'build', source, ...options], { isQuiet: true });
  if (code !== 0) throw new Error(`vite could not build ${source}`);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.route(`${ORIGIN}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = pathname === '/' ? '/index.html' : pathname;
      const contentType = TYPES[extname(file)] ?? 'text/plain';
      await route.fulfill({ body: readFileSync(join(folder, file)), contentType });
    });
    await page.goto(`${ORIGIN}/`);
    await page.waitForFunction(() => 'drawSeries' in window);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const tookMs: unknown = await page.evaluate(`drawSeries(${SERIES}, ${POINTS})`);
      times.push(Math.round(Number(tookMs)));
    }
    return times;
  } finally {
    await context.close();
  }
}
