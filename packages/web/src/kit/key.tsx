import styles from './key.module.css';

/** A key to press. Hidden from readers where what it does stands beside it in words. */
export function Key(props: { readonly children: string; readonly isSpoken?: boolean }) {
  return (
    <kbd
      className={styles.key}
      data-spoken={props.isSpoken === true ? '' : undefined}
      aria-hidden={props.isSpoken === true ? undefined : 'true'}
    >
      {props.children}
    </kbd>
  );
}
