import type { Shortcut } from './keymap.ts';

/** The shortcuts of everything on screen, in the order in which it came. */
export interface ShortcutRegistry {
  /** `list` is asked at each press, so that it may change between renders. */
  readonly add: (list: () => readonly Shortcut[]) => () => void;
  readonly list: () => readonly Shortcut[];
}

export function createShortcutRegistry(): ShortcutRegistry {
  const sources: (() => readonly Shortcut[])[] = [];
  return {
    add: (list) => {
      sources.push(list);
      return () => {
        sources.splice(sources.indexOf(list), 1);
      };
    },
    list: () => sources.flatMap((source) => source()),
  };
}
