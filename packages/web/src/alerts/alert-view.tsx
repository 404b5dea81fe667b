import type { AlertDetail } from '@nines/contract';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { PlaybookButton } from '../chips/playbook-button.tsx';
import { ServiceChip } from '../chips/service-chip.tsx';
import { newSilencePath } from '../silences/silence-state.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { WhySection } from '../why/why-section.tsx';
import { RoleButton, RoleNote } from '../session/role-button.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertGraphSection } from './alert-graph-section.tsx';
import { AlertHistory } from './alert-history.tsx';
import { OriginText } from './alert-origin.tsx';
import { AlertTags } from './alert-tags.tsx';
import { AlertKind } from './alert-kind.tsx';
import { AlertPages } from './alert-pages.tsx';
import { AlertStanding } from './alert-standing.tsx';
import styles from './alert-view.module.css';
import { ResolveForm } from './resolve-form.tsx';
import { useAlertActions } from './use-alert-actions.ts';

export function AlertView({ detail }: { readonly detail: AlertDetail }) {
  const { alert } = detail;
  return (
    <div className={styles.columns}>
      <div>
        <div
          className={styles.now}
          data-level={alert.state === 'firing' && alert.probation === null ? alert.output : 'log'}
        >
          <AlertKind alert={alert} />
          <OriginText origin={alert.origin} />
          <p className={styles.text}>
            {alert.service !== null && (
              <>
                <ServiceChip name={alert.service} />
                {alert.description === null ? '' : ' · '}
              </>
            )}
            {alert.description}
          </p>
          <div className={styles.standing}>
            <AlertStanding alert={alert} />
          </div>
          <AlertTags alert={alert} />
          <Actions detail={detail} />
        </div>
        {detail.rule !== null && <AlertGraphSection detail={detail} />}
        <WhySection alert={alert} />
        <AlertHistory history={detail.history} output={alert.output} />
      </div>
      <aside>
        <AlertPages pages={detail.pages} />
        <AlertFacts detail={detail} />
      </aside>
    </div>
  );
}

function Actions({ detail: { alert } }: { readonly detail: AlertDetail }) {
  const { may, acknowledge, resolve } = useAlertActions();
  const [isResolving, setResolving] = useState(false);
  const canAcknowledge = alert.acknowledgedAt === null && alert.state === 'firing';
  const canResolve = alert.state !== 'resolved';
  const canSilence = alert.state === 'firing' && alert.silence === null;
  const [, navigate] = useLocation();
  const silence = () => navigate(newSilencePath(alert.labels));
  useShortcuts([
    ...(canAcknowledge && may
      ? [{ keys: 'a', label: t('help.acknowledge'), run: () => acknowledge(alert) }]
      : []),
    ...(canSilence && may ? [{ keys: 's', label: t('help.silence'), run: silence }] : []),
    ...(canResolve && may
      ? [{ keys: 'r', label: t('help.resolve'), run: () => setResolving(true) }]
      : []),
  ]);
  if (isResolving && canResolve) {
    return (
      <ResolveForm
        name={alert.summary}
        onCancel={() => setResolving(false)}
        onResolve={(note) => {
          setResolving(false);
          resolve(alert, note);
        }}
      />
    );
  }
  return (
    <div className={styles.acts}>
      {canAcknowledge && (
        <RoleButton
          needs="responder"
          variant="filled"
          rightSection={<Key>a</Key>}
          onClick={() => acknowledge(alert)}
        >
          {t('alert.acknowledge')}
        </RoleButton>
      )}
      {canSilence && (
        <RoleButton needs="responder" rightSection={<Key>s</Key>} onClick={silence}>
          {t('silence.button')}
        </RoleButton>
      )}
      {canResolve && (
        <RoleButton
          needs="responder"
          rightSection={<Key>r</Key>}
          onClick={() => setResolving(true)}
        >
          {t('alert.resolve')}
        </RoleButton>
      )}
      <PlaybookButton playbook={alert.playbook} />
      {(canAcknowledge || canResolve) && <RoleNote needs="responder" />}
    </div>
  );
}
