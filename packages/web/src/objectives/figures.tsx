import type { SloSummary } from '@nines/contract';
import type { ReactNode } from 'react';
import { BudgetMeter } from '../chips/budget-bar.tsx';
import {
  describeFate,
  formatBudgetLeft,
  formatBurnRate,
  formatDays,
  formatEvents,
  urgencyOf,
} from '../chips/objective-words.ts';
import { UNKNOWN } from '../format/number.ts';
import { formatPercent } from '../format/number.ts';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import styles from './figures.module.css';

/** An objective in large figures; every ratio with the counts that it comes from. */
export function Figures({ slo }: { readonly slo: SloSummary }) {
  const fate = useClockValue((now) => describeFate(slo, now));
  const level = useClockValue((now) => urgencyOf(slo, now));
  const isMeasured = slo.totalCount > 0;
  return (
    <dl className={styles.figures}>
      <Figure name={t('objective.figure.left')} note={describeLeft(slo)} level={level}>
        {formatBudgetLeft(slo.budgetLeftRatio)} <small>{fate}</small>
        <BudgetMeter slo={slo} />
      </Figure>
      <Figure
        name={t('objective.figure.bad')}
        note={t('objective.figure.bad.note', {
          count: slo.badCount,
          budget: formatEvents(slo.budgetCount),
          total: formatEvents(slo.totalCount),
        })}
      >
        {isMeasured ? formatEvents(slo.badCount) : UNKNOWN}
      </Figure>
      <Figure
        name={t('objective.figure.good')}
        note={t('objective.figure.good.note', {
          good: formatEvents(slo.goodCount),
          total: formatEvents(slo.totalCount),
        })}
      >
        {isMeasured ? formatPercent(slo.goodCount / slo.totalCount) : UNKNOWN}
      </Figure>
      <Figure name={t('objective.figure.burn')} note={t('objective.figure.burn.note')}>
        {formatBurnRate(slo.burnRate)}
      </Figure>
      <Figure name={t('objective.figure.since')} note={describeSince(slo)}>
        {slo.countedSinceMs === null ? (
          t('objective.figure.since.never')
        ) : (
          <At at={Math.max(slo.fromMs, slo.countedSinceMs)} />
        )}
      </Figure>
    </dl>
  );
}

function Figure(props: {
  readonly name: string;
  readonly note: string;
  readonly level?: string;
  readonly children: ReactNode;
}) {
  return (
    <div data-level={props.level}>
      <dt>{props.name}</dt>
      <dd className={styles.value}>{props.children}</dd>
      <dd className={styles.note}>{props.note}</dd>
    </div>
  );
}

function describeLeft({ badCount, budgetCount, totalCount }: SloSummary): string {
  if (totalCount === 0) return t('objective.counts.none');
  const budget = formatEvents(budgetCount);
  const left = budgetCount - badCount;
  return left < 0
    ? t('objective.figure.over.note', { over: formatEvents(-left), budget })
    : t('objective.figure.left.note', { left: formatEvents(left), budget });
}

function describeSince({ countedSinceMs, fromMs, windowMs }: SloSummary): string {
  const window = formatDays(windowMs);
  return countedSinceMs !== null && countedSinceMs <= fromMs
    ? t('objective.figure.since.whole', { window })
    : t('objective.figure.since.part', { window });
}
