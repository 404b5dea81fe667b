import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import styles from './tags.module.css';

/** More than this would push the alert's own words aside. */
const SHOWN_MAX = 3;

/** The tags of an alert in a list; each leads to all alerts that have it. */
export function TagChips({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null;
  const hidden = tags.slice(SHOWN_MAX);
  return (
    <span className={styles.chips}>
      {tags.slice(0, SHOWN_MAX).map((tag) => (
        <Link key={tag} href={tagPath(tag)} className={styles.tag} title={t('tags.all', { tag })}>
          {tag}
        </Link>
      ))}
      {hidden.length > 0 && (
        <span className={styles.more} title={hidden.join(', ')}>
          {t('tags.more', { count: hidden.length })}
        </span>
      )}
    </span>
  );
}

export function tagPath(tag: string): string {
  return `/alerts?state=all&tag=${encodeURIComponent(tag)}`;
}
