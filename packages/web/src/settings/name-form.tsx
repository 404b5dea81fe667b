import { Button, TextInput, type TextInputProps } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import styles from './settings.module.css';

/** One name and the button that makes something of it; empty again once that is done. */
export function NameForm(props: {
  readonly label: string;
  readonly action: string;
  /** What the browser holds the name against, beyond its length. */
  readonly input?: Pick<TextInputProps, 'autoCapitalize' | 'pattern' | 'title'>;
  /** What is chosen beside the name. */
  readonly beside: ReactNode;
  readonly onCreate: (name: string, onDone: () => void) => void;
}) {
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onCreate(name.trim(), () => setName(''));
  };
  return (
    <form className={styles.inline} onSubmit={submit}>
      <TextInput
        {...props.input}
        aria-label={props.label}
        placeholder={props.label}
        autoComplete="off"
        required
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {props.beside}
      <Button type="submit">{props.action}</Button>
    </form>
  );
}
