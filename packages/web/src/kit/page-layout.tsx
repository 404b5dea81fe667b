import { type ReactNode, useEffect } from 'react';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { Key } from './key.tsx';
import styles from './page-layout.module.css';

/** A page: first the sentence that answers its question, then everything else. */
export function PageLayout(props: {
  /** The name of the page for the tab and the history. */
  readonly title: string;
  readonly sentence: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} · Nines`;
  }, [props.title]);
  return (
    <>
      <header className={styles.header}>
        <h1>{props.sentence}</h1>
        <FindButton />
      </header>
      {props.children}
    </>
  );
}

function FindButton() {
  const { dialog } = useServices();
  return (
    <button type="button" className={styles.find} onClick={() => dialog.set('palette')}>
      {t('shell.find')} <Key>⌘K</Key>
    </button>
  );
}
