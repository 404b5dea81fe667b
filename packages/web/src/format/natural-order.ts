import { LOCALE } from './locale.ts';

const collator = new Intl.Collator(LOCALE, { numeric: true });

/** Orders names as people do: `node2` before `node10`. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b);
}
