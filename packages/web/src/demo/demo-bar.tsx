import type { DemoState } from '@nines/contract';
import { Link } from 'wouter';
import { formatDuration } from '../format/duration.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './demo-bar.module.css';
import { listActive, useDemoSwitches } from './use-demo.ts';
import { useStoryKeeper } from './use-story.ts';

/** On every page while something is broken on purpose: nobody should look for the cause twice. */
export function DemoBar({ demo }: { readonly demo: DemoState }) {
  useStoryKeeper();
  const [fault, ...others] = listActive(demo);
  const { isPending, setFault } = useDemoSwitches();
  const since = useClockValue((now) => formatDuration(Math.max(1000, now - (fault?.since ?? now))));
  if (fault === undefined) return null;
  return (
    <div className={styles.bar}>
      <span>
        <UrgencyText level="ticket">
          {t(`demo.bar.${fault.kind}`, { service: fault.service, duration: since })}
        </UrgencyText>
        {others.length > 0 && ` ${t('demo.bar.others', { count: others.length })}`}
      </span>
      <span className={styles.acts}>
        <Link href="/demo">{t('demo.bar.story')}</Link>
        <RoleButton
          needs="responder"
          disabled={isPending}
          onClick={() => {
            for (const { id } of [fault, ...others]) setFault(id, false);
          }}
        >
          {t('demo.mend')}
        </RoleButton>
      </span>
    </div>
  );
}
