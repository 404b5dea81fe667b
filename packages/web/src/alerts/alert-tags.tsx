import type { AlertSummary } from '@nines/contract';
import { type FormEvent, useId, useState } from 'react';
import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import { addTag, parseTag } from './tag.ts';
import { tagPath } from './tag-chips.tsx';
import styles from './tags.module.css';
import { useAlertActions } from './use-alert-actions.ts';
import { useKnownTags } from './use-known-tags.ts';

/** The tags of an alert, to add and take away; what others have is offered while one types. */
export function AlertTags({ alert }: { readonly alert: AlertSummary }) {
  const { may, setTags } = useAlertActions();
  const known = useKnownTags();
  const listId = useId();
  const [text, setText] = useState('');
  const [isRefused, setRefused] = useState(false);
  const ref = { id: alert.id, name: alert.summary };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tag = parseTag(text);
    setRefused(tag === undefined);
    if (tag === undefined) return;
    setTags(ref, addTag(alert.tags, tag));
    setText('');
  };
  if (!may && alert.tags.length === 0) return null;
  return (
    <form className={styles.editor} onSubmit={submit}>
      {alert.tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          <Link href={tagPath(tag)}>{tag}</Link>
          {may && (
            <button
              type="button"
              className={styles.remove}
              aria-label={t('tags.remove', { tag })}
              onClick={() =>
                setTags(
                  ref,
                  alert.tags.filter((one) => one !== tag),
                )
              }
            >
              ×
            </button>
          )}
        </span>
      ))}
      {may && (
        <>
          <input
            className={styles.add}
            aria-label={t('tags.add')}
            aria-invalid={isRefused}
            placeholder={t('tags.add')}
            list={listId}
            autoCapitalize="none"
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setRefused(false);
            }}
          />
          <datalist id={listId}>
            {known
              .filter((tag) => !alert.tags.includes(tag))
              .map((tag) => (
                <option key={tag} value={tag}>
                  {tag}
                </option>
              ))}
          </datalist>
        </>
      )}
      {isRefused && (
        <span role="alert" className={styles.fault}>
          {t('tags.refused')}
        </span>
      )}
    </form>
  );
}
