import styles from './targets.module.css';

/** Labels, each by itself. */
export function LabelList({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  return (
    <span className={styles.labels}>
      {Object.entries(labels).map(([name, value]) => (
        <code key={name}>{`${name}="${value}"`}</code>
      ))}
    </span>
  );
}
