import type { SloSummary } from '@nines/contract';
import { Link } from 'wouter';
import { BudgetBar } from '../chips/budget-bar.tsx';
import { ObjectiveChip } from '../chips/objective-chip.tsx';
import { describeTarget } from '../chips/objective-words.ts';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';

/** How much may still go wrong; undefined: not known yet. */
export function ServiceObjectives({ slos }: { readonly slos: readonly SloSummary[] | undefined }) {
  return (
    <Section isPanel title={t('service.objectives')}>
      {slos?.length === 0 && (
        <p className={styles.none}>
          {t('service.objectives.none')}{' '}
          <Link href="/objectives">{t('service.objectives.how')}</Link>
        </p>
      )}
      <ul className={styles.objectives}>
        {slos?.map((slo) => (
          <li key={slo.name}>
            <span>
              <ObjectiveChip slo={slo} /> <small>{describeTarget(slo)}</small>
            </span>
            <BudgetBar slo={slo} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
