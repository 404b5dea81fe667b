import { Link, useLocation } from 'wouter';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { PlaceIcon } from './place-icon.tsx';
import styles from './rail.module.css';
import { useOpenCount } from './use-open-count.ts';
import { usePlaces } from './use-places.ts';

/** The nouns, at the left; at the bottom on a phone. */
export function Rail() {
  const [path] = useLocation();
  const open = useOpenCount();
  const places = usePlaces();
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <b className={styles.brand}>Nines</b>
      {places.map((place) => {
        const isHere = place.path === '/' ? path === '/' : path.startsWith(place.path);
        const count = place.id === 'alerts' ? open.count : 0;
        return (
          <Link
            key={place.id}
            href={place.path}
            data-place={place.id}
            aria-current={isHere ? 'page' : undefined}
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
      })}
    </nav>
  );
}
