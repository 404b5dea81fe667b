/**
 * The demo's story from a clean clone, in a real browser, with everything looked at on the way; and
 * the documentation's pictures, which are taken while it is told.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CleanMachine } from '../verify/clean-machine.ts';
import { type Audit, auditScreen } from './audit.ts';
import { openScreen, SCREENS, waitUntilDrawn } from './screens.ts';
import { openStage, type Stage } from './stage.ts';
import { signIn, type StoryTimes, tellStory } from './story.ts';

export interface Told {
  readonly times: StoryTimes;
  readonly installSeconds: number;
  readonly readyMs: number;
  readonly pagesSeen: number;
  readonly faults: readonly string[];
}

const PATHS = [
  '/',
  '/demo',
  '/alerts',
  '/objectives',
  '/objectives/pay-availability',
  '/services/pay',
  '/services/node',
  '/explore?q=up',
  '/targets',
  '/settings',
];

/** So long the shop runs before anything breaks, so that pictures have lines to show. */
const CALM_FOR_PICTURES_MS = 150_000;
/** Graphs ask for their points once they know how wide they are. */
const DRAWN_FOR_PICTURES_MS = 1_500;
const LAPTOP = { width: 1280, colorScheme: 'light', language: 'en' } as const;

/** Tells it; with a folder, pictures are left there. */
export async function tellDemo(
  machine: CleanMachine,
  browser: Browser,
  picturesDir: string | undefined,
): Promise<Told> {
  const stage = await openStage(machine);
  try {
    return await live(stage, browser, picturesDir);
  } finally {
    await stage.stop();
  }
}

async function live(
  stage: Stage,
  browser: Browser,
  picturesDir: string | undefined,
): Promise<Told> {
  const { context, page } = await openScreen(browser, LAPTOP);
  const liveMs = await signIn(page, stage);
  await page.getByRole('button', { name: 'Later' }).click();
  if (picturesDir !== undefined) await setTimeout(CALM_FOR_PICTURES_MS);
  const audits: Audit[] = [];
  const times = await tellStory(page, {
    async whilePaged() {
      if (picturesDir !== undefined) await takePictures({ browser, context, stage, picturesDir });
    },
    async whileBroken() {
      const alert = await findAlertPath(page, stage);
      const what = { url: stage.url, signedIn: context, paths: [...PATHS, alert] };
      for (const screen of SCREENS) audits.push(await auditScreen(browser, screen, what));
    },
  });
  await context.close();
  return {
    times: { liveMs, ...times },
    installSeconds: stage.installSeconds,
    readyMs: stage.readyMs,
    pagesSeen: audits.reduce((sum, { pagesSeen }) => sum + pagesSeen, 0),
    faults: audits.flatMap(({ faults }) => faults),
  };
}

/** The page of the alert that the story is about, by the link of the step that names it. */
async function findAlertPath(page: Page, stage: Stage): Promise<string> {
  const link = page.locator('li[data-done] a[href*="/alerts/"]').first();
  return new URL((await link.getAttribute('href')) ?? '/alerts', stage.url).pathname;
}

async function takePictures(what: {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly stage: Stage;
  readonly picturesDir: string;
}): Promise<void> {
  const { browser, stage, picturesDir } = what;
  const pictures = [
    { name: 'board-light', path: '/', width: 1280, colorScheme: 'light' },
    { name: 'board-dark', path: '/', width: 1280, colorScheme: 'dark' },
    { name: 'demo', path: '/demo', width: 1280, colorScheme: 'light' },
    { name: 'objective', path: '/objectives/pay-availability', width: 1280, colorScheme: 'light' },
    { name: 'service', path: '/services/pay', width: 1280, colorScheme: 'dark' },
    { name: 'phone', path: '/', width: 390, colorScheme: 'dark' },
  ] as const;
  for (const { name, path, ...screen } of pictures) {
    const { context, page } = await openScreen(
      browser,
      { ...screen, language: 'en' },
      what.context,
    );
    await page.goto(stage.url + path);
    await waitUntilDrawn(page);
    await setTimeout(DRAWN_FOR_PICTURES_MS);
    await page.screenshot({ path: join(picturesDir, `${name}.png`) });
    await context.close();
  }
}
