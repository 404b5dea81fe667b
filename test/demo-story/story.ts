/**
 * The story that the demo tells, as a newcomer lives it: sign in, look at what is alive, break pay,
 * be paged, take it, mend it, see it recover. Every time is taken in the browser, where people see.
 */
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

export interface StoryTimes {
  /** From the end of `npm ci` to live data on a signed-in page. */
  readonly liveMs: number;
  /** From the click on "Break pay" to the page across the screen. */
  readonly pageMs: number;
  /** From the key to the page gone and the step ticked. */
  readonly acknowledgeMs: number;
  /** From the click on "Mend it" to the end of the story. */
  readonly recoverMs: number;
}

const LIVE_TIMEOUT_MS = 60_000;
const PAGE_TIMEOUT_MS = 150_000;
const RECOVER_TIMEOUT_MS = 180_000;
/** All of the shop, the machine and Nines itself. */
const LIVE_TEXT = /6 of 6 targets answer/;

/** Signs in and waits for live data; answers how long that took since `npm ci`. */
export async function signIn(page: Page, stage: Stage): Promise<number> {
  await page.goto(stage.link);
  await page.getByText(LIVE_TEXT).first().waitFor({ timeout: LIVE_TIMEOUT_MS });
  return Math.round(performance.now() - stage.installedAtMs);
}

/** Breaks pay, and acts when told to; `whilePaged` and `whileBroken` look around meanwhile. */
export async function tellStory(
  page: Page,
  pauses: {
    readonly whilePaged: () => Promise<void>;
    readonly whileBroken: () => Promise<void>;
  },
): Promise<Omit<StoryTimes, 'liveMs'>> {
  await page.getByRole('link', { name: 'Demo' }).first().click();
  await page.getByRole('button', { name: 'Break pay' }).click();
  const pageMs = await timed(async () =>
    page
      .getByRole('alert')
      .filter({ hasText: /budget/ })
      .waitFor({ timeout: PAGE_TIMEOUT_MS }),
  );
  await pauses.whilePaged();
  await page.bringToFront();
  const acknowledgeMs = await timed(async () => {
    await page.keyboard.press('a');
    await stepDone(page, 'Somebody has it');
  });
  await stepDone(page, 'The error budget burns');
  await pauses.whileBroken();
  await page.bringToFront();
  await page.getByRole('main').getByRole('button', { name: 'Mend it' }).click();
  const recoverMs = await timed(async () =>
    stepDone(page, 'All is well again', RECOVER_TIMEOUT_MS),
  );
  return { pageMs, acknowledgeMs, recoverMs };
}

async function stepDone(page: Page, step: string, timeout = 30_000): Promise<void> {
  await page.locator('li[data-done]').filter({ hasText: step }).waitFor({ timeout });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await act();
  return Math.round(performance.now() - beganMs);
}
