import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { useAutofocus } from '../kit/use-autofocus.ts';
import { t } from '../messages/translate.ts';
import styles from './resolve-form.module.css';

/** Asks once before an alert is closed by hand, naming it; Escape keeps it open. */
export function ResolveForm(props: {
  readonly name: string;
  readonly onResolve: (note: string) => void;
  readonly onCancel: () => void;
}) {
  const [note, setNote] = useState('');
  const field = useAutofocus<HTMLInputElement>();
  useShortcuts([{ keys: 'escape', label: t('alert.resolve.cancel'), run: props.onCancel }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onResolve(note.trim());
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <p>
        <b>{t('alert.resolve.ask', { name: props.name })}</b> {t('alert.resolve.text')}
      </p>
      <div className={styles.row}>
        <TextInput
          className={styles.note}
          aria-label={t('alert.resolve.note')}
          placeholder={t('alert.resolve.note')}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          ref={field}
        />
        <Button type="submit" variant="filled">
          {t('alert.resolve.confirm')}
        </Button>
        <Button onClick={props.onCancel}>{t('alert.resolve.cancel')}</Button>
      </div>
    </form>
  );
}
