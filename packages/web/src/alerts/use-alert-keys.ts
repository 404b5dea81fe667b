import type { AlertSummary } from '@nines/contract';
import type { Shortcut } from '../keyboard/keymap.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { t } from '../messages/translate.ts';
import type { AlertRef } from './use-alert-actions.ts';

interface AlertKeys {
  readonly alerts: readonly AlertSummary[];
  readonly cursor: {
    readonly currentId: string | undefined;
    readonly move: (by: 1 | -1) => void;
  };
  /** Whether whoever looks may act. */
  readonly may: boolean;
  readonly acknowledge: (alert: AlertRef) => void;
  readonly askResolve: (id: string) => void;
  readonly open: (id: string) => void;
}

/** `j k enter a r` on a list of alerts. Without a cursor, `a` takes the first that nobody has. */
export function useAlertKeys(options: AlertKeys): void {
  const { alerts, cursor, may, acknowledge, askResolve, open } = options;
  const current = alerts.find(({ id }) => id === cursor.currentId);
  const waiting = alerts.find(
    ({ acknowledgedAt, state }) => acknowledgedAt === null && state === 'firing',
  );
  const target = current ?? waiting;
  const always: readonly Shortcut[] = [
    { keys: 'j', label: t('help.next'), run: () => cursor.move(1) },
    { keys: 'k', label: t('help.previous'), run: () => cursor.move(-1) },
  ];
  const onTarget: readonly Shortcut[] =
    target === undefined || !may
      ? []
      : [
          { keys: 'a', label: t('help.acknowledge'), run: () => acknowledge(target) },
          { keys: 'r', label: t('help.resolve'), run: () => askResolve(target.id) },
        ];
  const onCurrent: readonly Shortcut[] =
    current === undefined
      ? []
      : [{ keys: 'enter', label: t('help.open'), run: () => open(current.id) }];
  useShortcuts(alerts.length === 0 ? [] : [...always, ...onTarget, ...onCurrent]);
}
