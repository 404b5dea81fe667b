import { useLocation } from 'wouter';
import { useMedia } from '../kit/use-media.ts';
import { t } from '../messages/translate.ts';
import { PlaceLink } from './place-link.tsx';
import styles from './rail.module.css';
import { TabBar } from './tab-bar.tsx';
import { usePlaces } from './use-places.ts';

/** The nouns, at the left; at the bottom on a phone. */
export function Rail() {
  const [path] = useLocation();
  const places = usePlaces();
  const isPhone = useMedia('(max-width: 700px)');
  if (isPhone) return <TabBar />;
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <b className={styles.brand}>Nines</b>
      {places.map((place) => (
        <PlaceLink key={place.id} place={place} path={path} />
      ))}
    </nav>
  );
}
