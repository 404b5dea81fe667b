/**
 * The language of the catalogue in use decides how dates are written: a sentence in one language
 * with a date of another reads as a mistake. Times are on the 24-hour clock, in the viewer's zone.
 */
let locale = 'en-GB';

/** Called with the catalogue, before anything is drawn in it. */
export function setLocale(next: string): void {
  locale = next;
}

/** Keeps what is costly to build, such as a format of dates, for as long as the language stays. */
export function perLocale<T>(create: (locale: string) => T): () => T {
  let made: { readonly locale: string; readonly value: T } | undefined;
  return () => {
    if (made?.locale !== locale) made = { locale, value: create(locale) };
    return made.value;
  };
}
