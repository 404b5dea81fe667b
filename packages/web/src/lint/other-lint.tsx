import type { LintReport } from '@nines/contract';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { FindingList } from './finding-list.tsx';
import styles from './lint.module.css';

/** Findings about what has no page of its own: recording rules, files, comments. */
export function OtherLint({ report }: { readonly report: LintReport }) {
  const { findings, rules, silencedCount, unaskedCount } = report;
  const alerts = new Set(
    rules.filter(({ kind }) => kind === 'alert').map(({ group, name }) => `${group} ${name}`),
  );
  const others = findings.filter(({ group, rule }) => !alerts.has(`${group} ${rule}`));
  const remarks = [
    ...(silencedCount > 0 ? [t('lint.silenced', { count: silencedCount })] : []),
    ...(unaskedCount > 0 ? [t('lint.unasked', { count: unaskedCount })] : []),
  ];
  if (others.length === 0 && remarks.length === 0) return null;
  return (
    <div className={styles.others}>
      <Section title={t('lint.others')}>
        <FindingList isPlaced findings={others} />
        {remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </Section>
    </div>
  );
}
