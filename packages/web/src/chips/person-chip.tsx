import styles from './chips.module.css';
import { hueOf, initialsOf } from './person.ts';

/** A person, wherever one is named. */
export function PersonChip({ name }: { readonly name: string }) {
  return (
    <span className={styles.person} title={name}>
      <span className={styles.avatar} data-hue={hueOf(name)} aria-hidden="true">
        {initialsOf(name)}
      </span>
      <span className={styles.name}>{name}</span>
    </span>
  );
}
