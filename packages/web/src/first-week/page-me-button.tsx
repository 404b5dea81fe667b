import type { ButtonProps } from '@mantine/core';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { RoleButton } from '../session/role-button.tsx';
import { askForPage } from './use-test-page.ts';

/** Sends a real page to this browser: the proof that one would come at three in the morning. */
export function PageMeButton(props: ButtonProps) {
  const services = useServices();
  return (
    <RoleButton {...props} needs="responder" onClick={() => askForPage(services)}>
      {t('pageMe.button')}
    </RoleButton>
  );
}
