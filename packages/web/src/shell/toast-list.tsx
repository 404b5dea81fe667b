import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import type { Toast } from './toasts.ts';
import styles from './toast-list.module.css';

/** Good news goes by itself; a failure stays until it is read. */
const DONE_MS = 5000;

export function ToastList() {
  const { toasts } = useServices();
  const list = useStore(toasts.store);
  return (
    <div className={styles.list} aria-live="polite">
      {list.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onDismiss={toasts.dismiss} />
      ))}
    </div>
  );
}

function ToastCard(props: { readonly toast: Toast; readonly onDismiss: (id: number) => void }) {
  const { toast, onDismiss } = props;
  useEffect(() => {
    if (toast.tone === 'failure') return undefined;
    const timer = setTimeout(() => onDismiss(toast.id), DONE_MS);
    return () => clearTimeout(timer);
  }, [toast, onDismiss]);
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      <div>
        <b>{toast.title}</b>
        {toast.text !== '' && <p>{toast.text}</p>}
      </div>
      <Button variant="subtle" onClick={() => onDismiss(toast.id)}>
        {t('shell.close')}
      </Button>
    </div>
  );
}
