import type { SloSummary } from '@nines/contract';
import { Link } from 'wouter';
import { BudgetBar } from './budget-bar.tsx';
import styles from './chips.module.css';
import { HoverCard } from './hover-card.tsx';
import { objectivePath } from './objective-path.ts';
import { ObjectiveState } from './objective-state.tsx';
import { describeCounts, describeTarget } from './objective-words.ts';

/** An objective, wherever one is named: its name leads to its page, hovering tells how it is. */
export function ObjectiveChip({ slo }: { readonly slo: SloSummary }) {
  return (
    <HoverCard card={() => <ObjectiveCard slo={slo} />}>
      <Link href={objectivePath(slo.name)} className={styles.chip}>
        {slo.displayName}
      </Link>
    </HoverCard>
  );
}

function ObjectiveCard({ slo }: { readonly slo: SloSummary }) {
  return (
    <div>
      <h4>{slo.displayName}</h4>
      <p>
        <ObjectiveState slo={slo} /> · {describeTarget(slo)}
      </p>
      <p>
        <BudgetBar slo={slo} />
      </p>
      <p>{describeCounts(slo)}</p>
    </div>
  );
}
