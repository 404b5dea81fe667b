import { Link, useLocation } from 'wouter';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { PLACES } from './places.ts';
import styles from './rail.module.css';
import { useOpenCount } from './use-open-count.ts';

/** The nouns, at the left; at the bottom on a phone. */
export function Rail() {
  const [path] = useLocation();
  const open = useOpenCount();
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <b className={styles.brand}>Nines</b>
      {PLACES.map((place) => {
        const isHere = place.path === '/' ? path === '/' : path.startsWith(place.path);
        const count = place.id === 'alerts' ? open.count : 0;
        return (
          <Link
            key={place.id}
            href={place.path}
            data-place={place.id}
            aria-current={isHere ? 'page' : undefined}
          >
            {t(`nav.${place.id}`)}
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
