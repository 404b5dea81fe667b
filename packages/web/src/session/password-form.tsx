import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { describeFailure, findStatus } from '../api/failure.ts';
import { t } from '../messages/translate.ts';
import styles from './sign-in.module.css';

interface PasswordMutation {
  readonly mutate: (body: { readonly name: string; readonly password: string }) => void;
  readonly error: Error | null;
  readonly isPending: boolean;
}

export function PasswordForm(props: {
  readonly form: PasswordMutation;
  readonly isTitled: boolean;
}) {
  const { form, isTitled } = props;
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.mutate({ name: name.trim(), password });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {isTitled && <h1>{t('signIn.title')}</h1>}
      {form.error !== null && <Refusal error={form.error} />}
      <TextInput
        label={t('signIn.name')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        maxLength={512}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" disabled={form.isPending}>
        {t('signIn.submit')}
      </Button>
      <p className={styles.dim}>{t('signIn.noPassword')}</p>
    </form>
  );
}

function Refusal({ error }: { readonly error: Error }) {
  const { reason, remedy } = describeFailure(error);
  const isWrong = findStatus(error) === 401;
  return (
    <div role="alert" className={styles.refusal}>
      <b>{isWrong ? t('signIn.wrong') : t('signIn.failed')}</b>
      {!isWrong && <p>{`${reason} ${remedy}`}</p>}
    </div>
  );
}
