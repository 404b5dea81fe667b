import type { AlertSummary, Board } from '@nines/contract';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useAlertActions } from '../alerts/use-alert-actions.ts';
import { useAlertKeys } from '../alerts/use-alert-keys.ts';
import { alertPath } from '../chips/alert-path.ts';
import { Key } from '../kit/key.tsx';
import { Section } from '../kit/section.tsx';
import { useHeldList } from '../kit/use-held-list.ts';
import { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import { AlertCard } from './alert-card.tsx';
import { NobodyNeeded } from './nobody-needed.tsx';

/** The first ones are on the first screen; a query for each of a hundred would be felt. */
const GRAPHS_MAX = 6;

/** Open pages and tickets: the only part of the board that asks for something. */
export function NeedsSomeone({ board }: { readonly board: Board }) {
  const { items, hold } = useHeldList(board.needsSomeone, keyOfAlert);
  const alerts = items.map(({ item }) => item);
  const cursor = useListCursor(alerts.map(keyOfAlert));
  const actions = useAlertActions();
  const [firstIds] = useState(() => new Set(board.needsSomeone.map(keyOfAlert)));
  const [resolvingId, setResolvingId] = useState<string>();
  const [, navigate] = useLocation();
  useAlertKeys({
    alerts,
    cursor,
    may: actions.may,
    acknowledge: actions.acknowledge,
    askResolve: setResolvingId,
    open: (id) => navigate(alertPath(id)),
  });
  const note = (
    <>
      {t('board.needs.note')} · <Key>j</Key> <Key>k</Key>
    </>
  );
  return (
    <Section title={t('board.needs')} {...(alerts.length > 1 ? { note } : {})}>
      {items.length === 0 && (
        <NobodyNeeded pendingCount={board.pendingCount} ruleCount={board.self.ruleCount} />
      )}
      <div {...hold}>
        {items.map(({ item, isGone }, index) => (
          <AlertCard
            key={item.id}
            alert={item}
            isNew={!firstIds.has(item.id)}
            isGone={isGone}
            isCurrent={cursor.currentId === item.id}
            hasGraph={index < GRAPHS_MAX}
            itemProps={cursor.itemProps(item.id)}
            isResolving={resolvingId === item.id}
            onAcknowledge={() => actions.acknowledge(item)}
            onAskResolve={() => setResolvingId(item.id)}
            onCancelResolve={() => setResolvingId(undefined)}
            onResolve={(text) => {
              setResolvingId(undefined);
              actions.resolve(item, text);
            }}
          />
        ))}
      </div>
    </Section>
  );
}

function keyOfAlert(alert: AlertSummary): string {
  return alert.id;
}
