/** Which shortcut a key press means. Pure: the registry listens, this decides. */

export interface Shortcut {
  /** One key, or two after each other: `a`, `?`, `g b`, `mod+k`, `enter`, `escape`. */
  readonly keys: string;
  /** What it does, for the help. */
  readonly label: string;
  readonly run: () => void;
}

/** What of a key press counts. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Where the press happened: single letters belong to whoever types text. */
export type KeyPlace = 'page' | 'text' | 'control';

/** Names a press as shortcuts are written; undefined for presses that are nobody's. */
export function nameKey(press: KeyPress): string | undefined {
  if (press.altKey) return undefined;
  const key = press.key.length === 1 ? press.key : press.key.toLowerCase();
  if (press.ctrlKey || press.metaKey) return key.toLowerCase() === 'k' ? 'mod+k' : undefined;
  return key;
}

/** Whether a key is free in this place. Enter on a button or link presses that. */
export function isFree(key: string, place: KeyPlace): boolean {
  if (key === 'mod+k' || key === 'escape') return true;
  if (place === 'text') return false;
  return place === 'page' || key !== 'enter';
}

export interface KeyStep {
  readonly shortcut: Shortcut | undefined;
  /** The first key of a pair, kept for the next press. */
  readonly pending: string;
}

/** One press further. Among equals the shortcut that was registered last wins. */
export function pressKey(shortcuts: readonly Shortcut[], pending: string, key: string): KeyStep {
  const find = (keys: string) => shortcuts.findLast((shortcut) => shortcut.keys === keys);
  const pair = pending === '' ? undefined : find(`${pending} ${key}`);
  if (pair !== undefined) return { shortcut: pair, pending: '' };
  const single = find(key);
  if (single !== undefined) return { shortcut: single, pending: '' };
  const isFirst = shortcuts.some(({ keys }) => keys.startsWith(`${key} `));
  return { shortcut: undefined, pending: isFirst ? key : '' };
}
