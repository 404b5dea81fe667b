import type { SloSummary } from '@nines/contract';
import { Link } from 'wouter';
import { BudgetMeter } from '../chips/budget-bar.tsx';
import { objectivePath } from '../chips/objective-path.ts';
import { ObjectiveState } from '../chips/objective-state.tsx';
import {
  describeCounts,
  describeTarget,
  formatBudgetLeft,
  formatBurnRate,
} from '../chips/objective-words.ts';
import { ServiceChip } from '../chips/service-chip.tsx';
import { UNKNOWN } from '../format/number.ts';
import { At } from '../kit/time.tsx';
import type { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import styles from './objectives.module.css';

export function ObjectiveRow(props: {
  readonly slo: SloSummary;
  readonly itemProps: ReturnType<ReturnType<typeof useListCursor>['itemProps']>;
}) {
  const { slo } = props;
  const rate = formatBurnRate(slo.burnRate);
  return (
    <tr {...props.itemProps}>
      <th scope="row" className={styles.what}>
        <Link href={objectivePath(slo.name)}>{slo.displayName}</Link>
        <small>
          {slo.service === null ? slo.name : <ServiceChip name={slo.service} />}
          {slo.owner !== null && ` · ${slo.owner}`}
        </small>
      </th>
      <td className={styles.target} data-label={t('objectives.column.target')}>
        {describeTarget(slo)}
      </td>
      <td className={styles.budget} data-label={t('objectives.column.budget')}>
        <span className={styles.meter}>
          <BudgetMeter slo={slo} /> {formatBudgetLeft(slo.budgetLeftRatio)}
        </span>
        <small>{describeCounts(slo)}</small>
      </td>
      <td
        className={styles.number}
        data-label={t('objectives.column.burn')}
        title={
          slo.burnRate === null
            ? t('objectives.burn.unknown')
            : t('objectives.burn.explained', { rate })
        }
      >
        {rate}
      </td>
      <td className={styles.state} data-label={t('objectives.column.state')}>
        <ObjectiveState slo={slo} />
      </td>
      <td className={styles.number} data-label={t('objectives.column.gone')}>
        <Gone slo={slo} />
      </td>
    </tr>
  );
}

/** When the budget is gone at the present rate. */
function Gone({ slo }: { readonly slo: SloSummary }) {
  const { budgetLeftRatio, exhaustedAt } = slo;
  if (budgetLeftRatio === null) return UNKNOWN;
  if (budgetLeftRatio <= 0) return t('objective.fate.spent');
  if (exhaustedAt === null) {
    return <span className={styles.never}>{t('objectives.gone.never')}</span>;
  }
  return <At at={exhaustedAt} />;
}
