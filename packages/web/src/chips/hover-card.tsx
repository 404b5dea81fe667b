import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { t } from '../messages/translate.ts';
import styles from './chips.module.css';
import { type CardPlace, placeCard } from './place-card.ts';

/** Long enough that a pointer on its way elsewhere opens nothing, and can come back. */
const OPEN_MS = 350;
const CLOSE_MS = 120;

/**
 * More about a thing while the mouse rests on it. Everything in it can also be reached without:
 * touch and keyboard follow the link.
 */
export function HoverCard(props: {
  /** Asked for while it is open; undefined: there is no more to tell. */
  readonly card: () => ReactNode;
  readonly children: ReactNode;
}) {
  const [place, setPlace] = useState<CardPlace>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = (next: () => CardPlace | undefined, delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlace(next()), delayMs);
  };
  const enter = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== 'mouse') return;
    const anchor = event.currentTarget;
    later(() => place ?? placeCard(anchor.getBoundingClientRect(), viewportSize()), OPEN_MS);
  };
  const card = place === undefined ? undefined : props.card();
  return (
    <span onPointerEnter={enter} onPointerLeave={() => later(() => undefined, CLOSE_MS)}>
      {props.children}
      {place !== undefined &&
        card !== undefined &&
        createPortal(
          <Card place={place} onClose={() => setPlace(undefined)}>
            {card}
          </Card>,
          document.body,
        )}
    </span>
  );
}

function Card(props: {
  readonly place: CardPlace;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  useShortcuts([{ keys: 'escape', label: t('shell.close'), run: props.onClose }]);
  return (
    <div className={styles.card} style={props.place}>
      {props.children}
    </div>
  );
}

function viewportSize() {
  const { clientWidth, clientHeight } = document.documentElement;
  return { width: clientWidth, height: clientHeight };
}
