/** What the first visit to the board loads, compressed as a server sends it. */
import { gzipSync } from 'node:zlib';
import type { Browser, Response } from 'playwright-core';
import { openVisitor, type World } from './world.ts';

/** What is fetched ahead for later comes within this, and counts as well. */
const SETTLE_MS = 2_000;

export interface FirstLoad {
  readonly scriptKb: number;
  readonly styleKb: number;
  readonly files: readonly string[];
}

/** Compressed here, whatever the server does: a folder that was never compressed is no heavier. */
export async function measureFirstLoad(browser: Browser, world: World): Promise<FirstLoad> {
  const context = await openVisitor(browser, world);
  try {
    const page = await context.newPage();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto(world.server.url);
    await page.getByRole('row').nth(1).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    const files = await Promise.all(
      responses
        .filter((response) => /\.(js|css)$/.test(new URL(response.url()).pathname))
        .map(async (response) => ({
          path: new URL(response.url()).pathname,
          bytes: gzipSync(await response.body()).length,
        })),
    );
    const sumOf = (ending: string): number =>
      files.filter(({ path }) => path.endsWith(ending)).reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      scriptKb: Math.round(sumOf('.js') / 100) / 10,
      styleKb: Math.round(sumOf('.css') / 100) / 10,
      files: files.map(({ path, bytes }) => `${path} ${bytes}`),
    };
  } finally {
    await context.close();
  }
}
