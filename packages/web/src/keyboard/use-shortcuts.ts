import { useEffect, useLayoutEffect, useRef } from 'react';
import { useServices } from '../services.ts';
import { isFree, type KeyPlace, nameKey, pressKey, type Shortcut } from './keymap.ts';

/** A pair such as `g b` must be typed within this. */
const PAIR_WITHIN_MS = 1200;

/** Offers shortcuts while the component is on screen. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const { shortcuts: registry } = useServices();
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => registry.add(() => latest.current), [registry]);
}

/** Listens to the keyboard for the whole page; mounted once. */
export function useKeyboard(): void {
  const { shortcuts: registry } = useServices();
  useEffect(() => {
    let pending = '';
    let pendingUntil = 0;
    const listen = (event: KeyboardEvent) => {
      const key = nameKey(event);
      if (key === undefined || event.defaultPrevented || event.isComposing) return;
      // What lies under an open dialog must not be acted on unseen.
      if (document.querySelector('dialog[open]') !== null) return;
      // The innermost target: the editor hides its own in a shadow root.
      if (!isFree(key, placeOf(event.composedPath()[0]))) return;
      const first = event.timeStamp < pendingUntil ? pending : '';
      const step = pressKey(registry.list(), first, key);
      pending = step.pending;
      pendingUntil = event.timeStamp + PAIR_WITHIN_MS;
      if (step.shortcut === undefined) return;
      event.preventDefault();
      step.shortcut.run();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [registry]);
}

function placeOf(target: EventTarget | undefined): KeyPlace {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target.matches('input, textarea, select')) return 'text';
  return target.matches('a, button, summary') ? 'control' : 'page';
}
