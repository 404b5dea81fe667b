import type { SloAlert, SloDetail } from '@nines/contract';
import { formatBurnRate } from '../chips/objective-words.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCompact, UNKNOWN } from '../format/number.ts';
import { formatObjective, formatRatio } from '../format/unit.ts';
import { Section } from '../kit/section.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './burn-alerts.module.css';

/** Which alerts watch the budget, and how near each is to firing. */
export function BurnAlerts({ detail }: { readonly detail: SloDetail }) {
  const { alerts, slo } = detail;
  if (alerts.length === 0) {
    return (
      <Section title={t('objective.alerts')}>
        <p className={styles.none}>{t('objective.alerts.none')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('objective.alerts')} note={t('objective.alerts.note')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('objective.alerts.column.alert')}</th>
            <th scope="col">{t('objective.alerts.column.budget')}</th>
            <th scope="col">{t('objective.alerts.column.threshold')}</th>
            <th scope="col">{t('objective.alerts.column.now')}</th>
            <th scope="col">{t('objective.alerts.column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow
              key={`${alert.name} ${alert.longMs} ${alert.shortMs}`}
              alert={alert}
              objective={slo.objective}
            />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function AlertRow(props: { readonly alert: SloAlert; readonly objective: number }) {
  const { alert, objective } = props;
  const share = formatRatio(alert.budgetRatio);
  return (
    <tr>
      <th scope="row">
        <UrgencyText level={alert.isFiring ? alert.output : 'log'}>
          {t(`output.${alert.output}`)}
        </UrgencyText>
        <small>{alert.name}</small>
      </th>
      <td data-label={t('objective.alerts.column.budget')}>
        {t('objective.alerts.budget', { share, window: formatDuration(alert.longMs) })}
      </td>
      <td data-label={t('objective.alerts.column.threshold')}>
        {describeThreshold(alert.burnRateThreshold)}
        <small>
          {t('objective.alerts.threshold.ratio', {
            ratio: formatObjective(alert.errorRatioThreshold),
          })}
        </small>
      </td>
      <td data-label={t('objective.alerts.column.now')}>
        <WindowNow {...{ alert, objective }} ratio={alert.longRatio} windowMs={alert.longMs} />
        <WindowNow {...{ alert, objective }} ratio={alert.shortRatio} windowMs={alert.shortMs} />
      </td>
      <td data-label={t('objective.alerts.column.state')}>
        {alert.isFiring ? (
          <UrgencyText level={alert.output}>{t('objective.alerts.firing')}</UrgencyText>
        ) : (
          <span className={styles.quiet}>{t('objective.alerts.quiet')}</span>
        )}
      </td>
    </tr>
  );
}

/** All digits: the threshold was declared, not measured. */
function describeThreshold(threshold: number): string {
  const rate = `${formatCompact(threshold)}×`;
  return threshold > 1
    ? t('objective.alerts.threshold', { rate })
    : t('objective.alerts.threshold.slow', { rate });
}

function WindowNow(props: {
  readonly alert: SloAlert;
  readonly objective: number;
  readonly ratio: number | null;
  readonly windowMs: number;
}) {
  const { alert, objective, ratio } = props;
  const isOver = ratio !== null && ratio >= alert.errorRatioThreshold;
  const rate = ratio === null ? UNKNOWN : formatBurnRate(ratio / (1 - objective));
  return (
    <span
      className={styles.window}
      data-level={isOver ? alert.output : undefined}
      title={t('objective.alerts.window.rate', { rate })}
    >
      {t('objective.alerts.window', {
        ratio: ratio === null ? UNKNOWN : formatRatio(ratio),
        window: formatDuration(props.windowMs),
      })}
    </span>
  );
}
