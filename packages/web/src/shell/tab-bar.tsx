import { useId, useRef } from 'react';
import { useLocation } from 'wouter';
import { t } from '../messages/translate.ts';
import { MoreIcon } from './place-icon.tsx';
import { isAt, PlaceLink } from './place-link.tsx';
import styles from './rail.module.css';
import { usePlaces } from './use-places.ts';

/** As many as a thumb finds without reading. */
const SHOWN = 4;

/** The places on a phone: the first at the bottom edge, the rest behind the last button. */
export function TabBar() {
  const [path] = useLocation();
  const places = usePlaces();
  const rest = useRef<HTMLDivElement>(null);
  const restId = useId();
  const isInRest = places.slice(SHOWN).some((place) => isAt(place, path));
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      {places.slice(0, SHOWN).map((place) => (
        <PlaceLink key={place.id} place={place} path={path} />
      ))}
      <button
        type="button"
        className={styles.more}
        popoverTarget={restId}
        aria-current={isInRest ? 'true' : undefined}
      >
        <MoreIcon />
        <span className={styles.name}>{t('nav.more')}</span>
      </button>
      <div ref={rest} id={restId} popover="auto" className={styles.rest}>
        {places.slice(SHOWN).map((place) => (
          <PlaceLink
            key={place.id}
            place={place}
            path={path}
            onFollow={() => rest.current?.hidePopover()}
          />
        ))}
      </div>
    </nav>
  );
}
