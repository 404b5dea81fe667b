import type { SloSummary } from '@nines/contract';
import { useClockValue } from '../platform/use-clock.ts';
import styles from './budget-bar.module.css';
import { describeCounts, describeFate, formatBudgetLeft, urgencyOf } from './objective-words.ts';

/** How much of an objective's budget is left, and what becomes of it; its counts on hover. */
export function BudgetBar({ slo }: { readonly slo: SloSummary }) {
  const fate = useClockValue((now) => describeFate(slo, now));
  const level = useClockValue((now) => urgencyOf(slo, now));
  return (
    <span className={styles.budget} data-level={level} title={describeCounts(slo)}>
      <span className={styles.words}>
        {slo.budgetLeftRatio !== null && (
          <>
            {formatBudgetLeft(slo.budgetLeftRatio)} <span aria-hidden="true">·</span>{' '}
          </>
        )}
        <small>{fate}</small>
      </span>
      <BudgetMeter slo={slo} />
    </span>
  );
}

/** The bar alone; how much is left must stand beside it in figures. */
export function BudgetMeter({ slo }: { readonly slo: SloSummary }) {
  const level = useClockValue((now) => urgencyOf(slo, now));
  const left = Math.min(1, Math.max(0, slo.budgetLeftRatio ?? 0));
  return (
    <span className={styles.bar} data-level={level} aria-hidden="true">
      <i style={{ width: `${left * 100}%` }} />
    </span>
  );
}
