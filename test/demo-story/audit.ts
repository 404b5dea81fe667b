/** Looks at every page on every screen: axe, and whether anything runs out of the screen. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findSeriousFaults } from '../harness/axe.ts';
import { openScreen, type Screen, waitUntilDrawn } from './screens.ts';

export interface Audit {
  readonly pagesSeen: number;
  readonly faults: readonly string[];
}

/** Opens each path on a screen, waits until it has its headline, and looks. */
export async function auditScreen(
  browser: Browser,
  screen: Screen,
  what: {
    readonly url: string;
    readonly signedIn: BrowserContext;
    readonly paths: readonly string[];
  },
): Promise<Audit> {
  const { context, page } = await openScreen(browser, screen, what.signedIn);
  const faults: string[] = [];
  try {
    for (const path of what.paths) {
      const found = await auditPage(page, what.url + path, screen);
      faults.push(...found.map((fault) => `${describe(screen)} ${path}: ${fault}`));
    }
  } finally {
    await context.close();
  }
  return { pagesSeen: what.paths.length, faults };
}

function describe({ width, colorScheme, language }: Screen): string {
  return `${width} px, ${colorScheme}, ${language}`;
}

async function auditPage(page: Page, url: string, screen: Screen): Promise<readonly string[]> {
  const thrown: string[] = [];
  const note = (error: Error): void => void thrown.push(`throws ${error.message}`);
  page.on('pageerror', note);
  await page.goto(url);
  await waitUntilDrawn(page);
  const language = await page.locator('html').getAttribute('lang');
  const overflowPx = Number(
    await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
  );
  const serious = await findSeriousFaults(page);
  page.off('pageerror', note);
  return [
    ...thrown,
    ...serious,
    ...(language === screen.language ? [] : [`speaks ${language}`]),
    ...(overflowPx > 0 ? [`is ${overflowPx} px wider than the screen`] : []),
  ];
}
