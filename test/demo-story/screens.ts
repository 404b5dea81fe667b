/** The screens on which everything is looked at. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Screen {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly language: 'en' | 'ko';
}

const WIDTHS = [1280, 390] as const;
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'ko'] as const;
const LOCALES = { en: 'en-GB', ko: 'ko-KR' } as const;
const HEIGHTS = new Map([
  [1280, 940],
  [390, 844],
]);

export const SCREENS: readonly Screen[] = WIDTHS.flatMap((width) =>
  THEMES.flatMap((colorScheme) => LANGUAGES.map((language) => ({ width, colorScheme, language }))),
);

/** A browser of its own; with the cookies of another it is signed in as that one is. */
export async function openScreen(
  browser: Browser,
  { width, colorScheme, language }: Screen,
  signedIn?: BrowserContext,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHTS.get(width) ?? width },
    deviceScaleFactor: 1,
    colorScheme,
    locale: LOCALES[language],
    reducedMotion: 'reduce',
    ...(signedIn === undefined ? {} : { storageState: await signedIn.storageState() }),
  });
  return { context, page: await context.newPage() };
}

/** Waits for the headline, and until no grey place waits for its content. */
export async function waitUntilDrawn(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('[class*="Skeleton"]').first().waitFor({ state: 'detached' });
}
