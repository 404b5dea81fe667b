import { Button } from '@mantine/core';
import { t } from '../messages/translate.ts';
import { isWebAddress } from './web-address.ts';

/** Leads to what to do; nothing where there is no playbook, or none that can be opened. */
export function PlaybookButton({ playbook }: { readonly playbook: string | null }) {
  if (playbook === null || !isWebAddress(playbook)) return null;
  return (
    <Button component="a" href={playbook} target="_blank" rel="noreferrer">
      {t('alert.playbook')}
    </Button>
  );
}
