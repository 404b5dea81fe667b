import type { AlertDetail, AlertSummary } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useAlertGraph } from '../alerts/use-alert.ts';
import { alertQuery } from '../api/queries.ts';
import { sparklinePath } from '../kit/sparkline-path.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import styles from './alert-spark.module.css';

const BOX = { width: 210, height: 44 } as const;

/** What the rule of an alert measured, from before it began until now; nothing without a rule. */
export function AlertSpark({ alert }: { readonly alert: AlertSummary }) {
  const { client } = useServices();
  const { data } = useQuery(alertQuery(client, alert.id));
  if (data === undefined || data.rule === null) return null;
  return <RuleSpark detail={data} />;
}

function RuleSpark({ detail }: { readonly detail: AlertDetail }) {
  const { data, split } = useAlertGraph(detail);
  const values = data?.lines[0]?.values ?? [];
  if (values.every((value) => value === null)) return null;
  return (
    <svg
      className={styles.spark}
      data-level={detail.alert.output}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
    >
      <title>{t('alert.graph.label', { expression: split.expression })}</title>
      <path d={sparklinePath(values, BOX)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
