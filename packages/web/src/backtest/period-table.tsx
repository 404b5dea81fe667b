import type { Backtest, BacktestPeriod } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { formatValue, UNKNOWN } from '../format/number.ts';
import { Section } from '../kit/section.tsx';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './backtest.module.css';

/** Those that somebody looks at; the graph has all of them. */
const SHOWN = 20;

/** The newest alerts that would have fired. */
export function PeriodTable({ backtest }: { readonly backtest: Backtest }) {
  const { tested, toMs } = backtest;
  const shown = tested.periods.slice(-SHOWN).toReversed();
  if (shown.length === 0) return null;
  const hiddenCount = tested.periodCount - shown.length;
  return (
    <Section
      title={t('backtest.periods')}
      note={hiddenCount === 0 ? undefined : t('backtest.more', { count: hiddenCount })}
    >
      <table className={styles.periods}>
        <thead>
          <tr>
            <th scope="col">{t('backtest.column.fired')}</th>
            <th scope="col">{t('backtest.column.length')}</th>
            <th scope="col">{t('explore.column.value')}</th>
            <th scope="col">{t('alert.labels')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((period) => (
            <Row
              key={`${period.firedAt} ${formatLabels(period.labels)}`}
              period={period}
              toMs={toMs}
            />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Row({ period, toMs }: { readonly period: BacktestPeriod; readonly toMs: number }) {
  const { firedAt, resolvedAt, value, labels } = period;
  return (
    <tr>
      <td>
        <At at={firedAt} />
      </td>
      <td data-label={t('backtest.column.length')}>
        {formatDuration((resolvedAt ?? toMs) - firedAt)}
        {resolvedAt === null ? ` · ${t('backtest.still')}` : ''}
      </td>
      <td data-label={t('explore.column.value')}>
        {value === null ? UNKNOWN : formatValue(value)}
      </td>
      <td>
        <code>{formatLabels(labels)}</code>
      </td>
    </tr>
  );
}

function formatLabels(labels: BacktestPeriod['labels']): string {
  const parts = Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}
