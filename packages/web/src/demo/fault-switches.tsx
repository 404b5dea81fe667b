import type { DemoFault, DemoState } from '@nines/contract';
import { t } from '../messages/translate.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './fault-switches.module.css';
import { useDemoSwitches } from './use-demo.ts';

/** What can be broken, the big one first, and whether customers come at all. */
export function FaultSwitches({ demo }: { readonly demo: DemoState }) {
  const { isPending, setFault, setLoad } = useDemoSwitches();
  const isBlocked = isPending || !demo.isShopUp;
  return (
    <ul className={styles.faults}>
      {demo.faults.map((fault, index) => (
        <li key={fault.id} data-on={fault.since === null ? undefined : ''}>
          <div>
            <b>{t(`demo.fault.${fault.kind}`, { service: fault.service })}</b>
            <p>{t(`demo.fault.${fault.kind}.text`)}</p>
          </div>
          <Switch
            fault={fault}
            isMain={index === 0}
            isBlocked={isBlocked}
            onSwitch={(isOn) => setFault(fault.id, isOn)}
          />
        </li>
      ))}
      <li>
        <div>
          <b>{t('demo.load')}</b>
          <p>{t('demo.load.text')}</p>
        </div>
        <RoleButton needs="responder" disabled={isBlocked} onClick={() => setLoad(!demo.isLoadOn)}>
          {t(demo.isLoadOn ? 'demo.load.off' : 'demo.load.on')}
        </RoleButton>
      </li>
    </ul>
  );
}

function Switch(props: {
  readonly fault: DemoFault;
  readonly isMain: boolean;
  readonly isBlocked: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}) {
  const { fault, isMain, isBlocked, onSwitch } = props;
  const isOn = fault.since !== null;
  return (
    <RoleButton
      needs="responder"
      {...(isMain ? { className: styles.main, variant: 'filled' } : {})}
      disabled={isBlocked}
      onClick={() => onSwitch(!isOn)}
    >
      {isOn
        ? t('demo.mend')
        : isMain
          ? t('demo.break.main', { service: fault.service })
          : t('demo.break')}
    </RoleButton>
  );
}
