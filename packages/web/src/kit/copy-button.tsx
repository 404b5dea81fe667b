import { Button, type ButtonProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../messages/translate.ts';

const CONFIRM_MS = 1600;

/** Copies a text and says so on itself. */
export function CopyButton(
  props: ButtonProps & { readonly text: string; readonly label?: string },
) {
  const { text, label, ...rest } = props;
  const [state, setState] = useState<'idle' | 'done' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    writeClipboard(text).then(
      () => setState('done'),
      () => setState('refused'),
    );
  };
  const texts = {
    idle: label ?? t('copy.idle'),
    done: t('copy.done'),
    refused: t('copy.refused'),
  } as const;
  return (
    <Button {...rest} onClick={copy}>
      <span aria-live="polite">{texts[state]}</span>
    </Button>
  );
}

/** The clipboard exists only on secure origins: a server reached by plain HTTP has none. */
async function writeClipboard(text: string): Promise<void> {
  if (!window.isSecureContext) throw new Error('the clipboard needs a secure origin');
  await navigator.clipboard.writeText(text);
}
