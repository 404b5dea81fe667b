import { type KeyboardEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../kit/dialog.tsx';
import { useAutofocus } from '../kit/use-autofocus.ts';
import { t } from '../messages/translate.ts';
import styles from './palette.module.css';
import type { PaletteItem } from './palette-item.ts';
import { rankItems } from './rank.ts';
import { usePaletteItems } from './use-palette-items.ts';

/** The field comes before the first item when the arrows walk. */
const FIELD = -1;

/** Finds and does everything: type, choose with the arrows, Enter. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const field = useAutofocus<HTMLInputElement>();
  const buttons = useRef(new Map<number, HTMLElement>());
  const found = useFound(text);
  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    onClose();
    item.run();
  };
  const walk = (event: KeyboardEvent, index: number) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = Math.min(found.length - 1, index + by);
    (next <= FIELD ? field.current : buttons.current.get(next))?.focus();
  };
  return (
    <Dialog label={t('palette.title')} onClose={onClose}>
      <input
        className={styles.input}
        ref={field}
        aria-label={t('palette.title')}
        placeholder={t('palette.placeholder')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // The first item is what Enter means while typing; it is marked as such.
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(found[0]);
          else walk(event, FIELD);
        }}
      />
      <ul className={styles.list}>
        {found.map((item, index) => (
          <li key={item.id}>
            <button
              type="button"
              ref={(element) => {
                if (element === null) buttons.current.delete(index);
                else buttons.current.set(index, element);
              }}
              onClick={() => choose(item)}
              onKeyDown={(event) => walk(event, index)}
            >
              <span>{item.label}</span>
              <small>{item.kind}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** What fits the text; at the end, to run it as a query. */
function useFound(text: string): readonly PaletteItem[] {
  const items = usePaletteItems();
  const [, navigate] = useLocation();
  const expression = text.trim();
  const found = rankItems(items, text);
  if (expression === '') return found;
  const explore = {
    id: 'explore',
    kind: t('palette.action'),
    label: t('palette.explore', { text: expression }),
    run: () => navigate(`/explore?q=${encodeURIComponent(expression)}`),
  };
  return [...found, explore];
}
