import { TextInput } from '@mantine/core';
import { Key } from './key.tsx';
import styles from './search-filter.module.css';

/** Where one types to narrow a list; `/` leads there. */
export function SearchFilter(props: {
  /** What it looks for. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  return (
    <TextInput
      data-search
      className={styles.search}
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      rightSection={<Key>/</Key>}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
