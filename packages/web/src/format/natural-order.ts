import { perLocale } from './locale.ts';

const collator = perLocale((locale) => new Intl.Collator(locale, { numeric: true }));

/** Orders names as people do: `node2` before `node10`. */
export function compareNames(a: string, b: string): number {
  return collator().compare(a, b);
}
