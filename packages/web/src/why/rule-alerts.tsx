import type { Explanation } from '@nines/contract';
import { Link } from 'wouter';
import { nameKind } from '../alerts/history-kind.ts';
import { alertPath } from '../chips/alert-path.ts';
import { toSentence } from '../format/sentence.ts';
import { formatMetric } from '../graph/series-name.ts';
import { Section } from '../kit/section.tsx';
import { ServerText } from '../kit/server-text.tsx';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './why.module.css';

/** The alerts that a rule has, and what those of the listed evaluations went through. */
export function RuleAlerts({ explanation }: { readonly explanation: Explanation }) {
  const { active, transitions } = explanation;
  return (
    <>
      {active.length > 0 && (
        <Section title={t('why.active')}>
          <ul className={styles.changes}>
            {active.map(({ alertId, labels, state, activeAt }) => (
              <li key={nameAlert(labels)}>
                <At at={activeAt} /> <b>{t(`state.${state}`)}</b>{' '}
                {alertId === null ? (
                  <code>{nameAlert(labels)}</code>
                ) : (
                  <Link href={alertPath(alertId)}>
                    <code>{nameAlert(labels)}</code>
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {transitions.length > 0 && (
        <Section title={t('why.transitions')}>
          <ul className={styles.changes}>
            {transitions.toReversed().map(({ at, kind, reason, labels }) => (
              <li key={`${at} ${kind} ${nameAlert(labels)}`}>
                <At at={at} /> <b>{nameKind(kind)}</b> <ServerText>{toSentence(reason)}</ServerText>{' '}
                <code>{nameAlert(labels)}</code>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** Labels that tell alerts of one rule apart. */
function nameAlert(labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return formatMetric(Object.fromEntries(own));
}
