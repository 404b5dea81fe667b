import { Link } from 'wouter';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { PlaceIcon } from './place-icon.tsx';
import type { Place } from './places.ts';
import styles from './rail.module.css';
import { useOpenCount } from './use-open-count.ts';

/** Whether a path is of the place, or of a page below it. */
export function isAt(place: Place, path: string): boolean {
  return place.path === '/' ? path === '/' : path.startsWith(place.path);
}

/** Leads to a place, and says which keys do, or how many alerts are open there. */
export function PlaceLink(props: {
  readonly place: Place;
  /** Where one is. */
  readonly path: string;
  readonly onFollow?: () => void;
}) {
  const { place, path } = props;
  const open = useOpenCount();
  const count = place.id === 'alerts' ? open.count : 0;
  return (
    <Link
      href={place.path}
      data-place={place.id}
      aria-current={isAt(place, path) ? 'page' : undefined}
      onClick={props.onFollow}
    >
      <PlaceIcon id={place.id} />
      <span className={styles.name}>{t(`nav.${place.id}`)}</span>
      {count > 0 ? (
        <span
          className={styles.count}
          data-level={open.level}
          aria-label={t('nav.open', { count })}
        >
          {count}
        </span>
      ) : (
        <span className={styles.keys}>
          <Key>{place.keys}</Key>
        </span>
      )}
    </Link>
  );
}
