/** Which language the page speaks in this browser. */
import type { Storage } from '../platform/browser.ts';

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How each calls itself: whoever looks for it cannot read the others. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** Under this key the viewer's choice is kept. */
export const LANGUAGE_KEY = 'nines.language';

/** What the viewer chose here, else the first of the browser's languages there is, else English. */
export function chooseLanguage(storage: Storage, wanted: readonly string[]): Language {
  const chosen = storage.read(LANGUAGE_KEY);
  const candidates = chosen === undefined ? wanted : [chosen, ...wanted];
  for (const candidate of candidates) {
    const [base] = candidate.toLowerCase().split('-');
    const found = LANGUAGES.find((language) => language === base);
    if (found !== undefined) return found;
  }
  return 'en';
}
