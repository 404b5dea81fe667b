import { setLocale } from '../format/locale.ts';
import { en } from './en.ts';
import type { Language } from './language.ts';
import { type Messages, setCatalogue } from './translate.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ko: 'ko-KR' };

/** English comes with the page; every other language is a file of its own. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  ko: async () => (await import('./ko.ts')).ko,
};

/**
 * Makes the page speak a language; whoever draws waits for it. Answers the language that it then
 * speaks: the one before where the file could not be had, which a page without words would not beat.
 */
export async function loadLanguage(language: Language, before: Language): Promise<Language> {
  const catalogue = await CATALOGUES[language]().catch(() => undefined);
  if (catalogue === undefined) return before;
  setCatalogue(catalogue);
  setLocale(LOCALES[language]);
  document.documentElement.lang = language;
  return language;
}
