import { Button, type ButtonProps } from '@mantine/core';
import type { Role } from '@nines/contract';
import type { ReactNode } from 'react';
import { t } from '../messages/translate.ts';
import { useMay } from './use-may.ts';

/**
 * A button for what needs a role. Without it the button stays, so that one knows that the thing
 * exists, but says why it does nothing; it can be focused, so that the keyboard hears it too.
 */
export function RoleButton(
  props: ButtonProps & {
    readonly needs: Role;
    readonly onClick: () => void;
    readonly children: ReactNode;
  },
) {
  const { needs, onClick, ...rest } = props;
  const may = useMay(needs);
  if (may) return <Button {...rest} onClick={onClick} />;
  const reason = t('role.needs', { role: t(`role.${needs}`) });
  return <Button {...rest} rightSection={undefined} aria-disabled data-disabled title={reason} />;
}

/** The reason in words, for a place that has no hover. */
export function RoleNote({ needs }: { readonly needs: Role }) {
  const may = useMay(needs);
  return may ? null : <small>{t('role.needs', { role: t(`role.${needs}`) })}</small>;
}
