import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { useSession } from '../session/use-session.ts';
import { FormFailure } from './form-failure.tsx';
import styles from './settings.module.css';
import { useAnchor } from './use-anchor.ts';
import { useSetPassword } from './use-password.ts';

export function PasswordSection() {
  const { data: session } = useSession();
  const hasPassword = session?.user?.hasPassword === true;
  const { mutate, error, isSuccess, isPending } = useSetPassword();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  // Where the reminder after a sign-in by link leads.
  const form = useAnchor<HTMLFormElement>('#password');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(hasPassword ? { current, next } : { next }, {
      onSuccess: () => {
        setCurrent('');
        setNext('');
      },
    });
  };
  return (
    <Section isPanel title={t(hasPassword ? 'settings.password.change' : 'settings.password.set')}>
      <form ref={form} className={styles.form} onSubmit={submit}>
        {hasPassword && (
          <PasswordInput
            label={t('settings.password.current')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={t('settings.password.next')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          maxLength={512}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Button type="submit" disabled={isPending}>
          {t('settings.password.save')}
        </Button>
        <FormFailure what={t('settings.password.failed')} error={error} />
        <output>{isSuccess && t('settings.password.done')}</output>
      </form>
    </Section>
  );
}
