/** How long after an alert fires the open board shows it. */
import type { Browser } from 'playwright-core';
import { waitUntil } from '../harness/wait.ts';
import { openVisitor, type World } from './world.ts';

const CHANGES = 5;
const SEEN_WITHIN_MS = 20_000;

/** One alert after another, on a board that stays open; milliseconds from fired to drawn. */
export async function measureLiveChanges(
  browser: Browser,
  world: World,
): Promise<readonly number[]> {
  const context = await openVisitor(browser, world);
  try {
    const page = await context.newPage();
    await page.goto(world.server.url);
    await page.getByRole('row').nth(1).waitFor();
    const delays: number[] = [];
    for (let n = 0; n < CHANGES; n++) {
      const summary = `Raised number ${n}`;
      const seen = page.evaluate(watchFor, { text: summary, withinMs: SEEN_WITHIN_MS });
      world.raise(n, true);
      const seenAt = await seen;
      const firedAt = await waitUntil('the alert', async () => {
        const { alerts } = await world.server.client('listAlerts', { query: { output: 'page' } });
        return alerts.find((alert) => alert.summary === summary)?.firedAt ?? undefined;
      });
      delays.push(seenAt - firedAt);
    }
    return delays;
  } finally {
    await context.close();
  }
}

/** In the page: when a text was drawn for the first time. Both run on the clock of one machine. */
async function watchFor(what: {
  readonly text: string;
  readonly withinMs: number;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    const look = (): void => {
      const main = document.querySelector('main');
      if (main?.innerText.includes(what.text) === true) resolve(Date.now());
      else if (performance.now() - beganMs > what.withinMs) reject(new Error('not seen'));
      else requestAnimationFrame(look);
    };
    look();
  });
}
