/** The expressions that were run in this browser, newest first. */
import type { Storage } from '../platform/browser.ts';

const KEY = 'nines.explore.history';
const LENGTH_MAX = 50;

export function addToHistory(history: readonly string[], expression: string): readonly string[] {
  if (expression.trim() === '') return history;
  return [expression, ...history.filter((entry) => entry !== expression)].slice(0, LENGTH_MAX);
}

export function readHistory(storage: Storage): readonly string[] {
  return parseHistory(storage.read(KEY) ?? '');
}

export function writeHistory(storage: Storage, history: readonly string[]): void {
  storage.write(KEY, JSON.stringify(history));
}

/** Storage is outside our hands: whatever is not a list of texts counts as nothing. */
export function parseHistory(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return parsed.filter((entry) => typeof entry === 'string').slice(0, LENGTH_MAX);
  } catch {
    return [];
  }
}
