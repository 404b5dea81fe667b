import type { SloDetail } from '@nines/contract';
import { AlertLines } from '../alerts/alert-lines.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { BurnAlerts } from './burn-alerts.tsx';
import { BurnGraphs } from './burn-graphs.tsx';
import { Definition } from './definition.tsx';
import { Figures } from './figures.tsx';
import styles from './objective-view.module.css';
import { useObjectiveAlerts } from './use-objectives.ts';

export function ObjectiveView({ detail }: { readonly detail: SloDetail }) {
  const alerts = useObjectiveAlerts(detail);
  return (
    <>
      <Figures slo={detail.slo} />
      <div className={styles.columns}>
        <div>
          <BurnGraphs detail={detail} alerts={alerts ?? []} />
          <BurnAlerts detail={detail} />
        </div>
        <aside>
          {detail.remarks.length > 0 && <Remarks remarks={detail.remarks} />}
          <Section isPanel title={t('objective.open')}>
            {alerts !== undefined && <AlertLines alerts={alerts} none={t('objective.open.none')} />}
          </Section>
          <Definition detail={detail} />
        </aside>
      </div>
    </>
  );
}

function Remarks({ remarks }: { readonly remarks: readonly string[] }) {
  return (
    <Section isPanel title={t('objective.remarks')}>
      <ul className={styles.remarks}>
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </Section>
  );
}
