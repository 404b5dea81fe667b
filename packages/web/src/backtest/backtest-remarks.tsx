import type { Backtest, BacktestSide } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { viewerTime } from '../format/time.ts';
import { t } from '../messages/translate.ts';
import styles from './backtest.module.css';

/** What keeps the counts from being all there is to know. */
export function BacktestRemarks({ backtest }: { readonly backtest: Backtest }) {
  const { tested, inForce, now } = backtest;
  const remarks = [
    ...describeGaps(backtest),
    ...describeSide(tested, now),
    ...(inForce === null ? [] : describeSide(inForce, now)),
  ];
  if (remarks.length === 0) return null;
  return (
    <ul className={styles.remarks}>
      {[...new Set(remarks)].map((remark) => (
        <li key={remark}>{remark}</li>
      ))}
    </ul>
  );
}

function describeGaps({ noData, now }: Backtest): readonly string[] {
  const [first] = noData ?? [];
  if (noData === null || first === undefined) return [];
  const lengthMs = noData.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const times = {
    from: viewerTime.short(first.fromMs, now),
    to: viewerTime.short(first.toMs, now),
    duration: formatDuration(lengthMs),
  };
  return [t(noData.length === 1 ? 'backtest.gap' : 'backtest.gaps', times)];
}

function describeSide(side: BacktestSide, now: number): readonly string[] {
  const { cutBy, evaluatedToMs, failedCount, failure, templateError, readsAlerts } = side;
  const remarks: string[] = [];
  if (cutBy !== null) {
    const to = evaluatedToMs === null ? '–' : viewerTime.short(evaluatedToMs, now);
    remarks.push(t(`backtest.cut.${cutBy}`, { to }));
  }
  if (failedCount > 0) {
    remarks.push(t('backtest.failures', { count: failedCount, reason: failure ?? '' }));
  }
  if (templateError !== null) remarks.push(t('backtest.template', { reason: templateError }));
  if (readsAlerts) remarks.push(t('backtest.readsAlerts'));
  return remarks;
}
