import type { LintFinding, LintSeverity } from '@nines/contract';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { LEVELS } from './finding-list.tsx';
import styles from './lint.module.css';

const WORDS = { error: 'lint.errors', warning: 'lint.warnings', note: 'lint.notes' } as const;
const SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'note'];

/** How many findings there are, by how grave they are; nothing where there are none. */
export function FindingCounts({ findings }: { readonly findings: readonly LintFinding[] }) {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((one) => one.severity === severity).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 0) return null;
  return (
    <div className={styles.counts}>
      {counts.map(({ severity, count }) => (
        <UrgencyText key={severity} level={LEVELS[severity]}>
          {t(WORDS[severity], { count })}
        </UrgencyText>
      ))}
    </div>
  );
}
