import type { LintFinding, LintSeverity } from '@nines/contract';
import { ServerText } from '../kit/server-text.tsx';
import { type Urgency, UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './lint.module.css';

/** Nobody is woken by a finding, so the grave ones have the colour of a ticket. */
export const LEVELS: Readonly<Record<LintSeverity, Urgency>> = {
  error: 'ticket',
  warning: 'log',
  note: 'log',
};

/** Findings with why they matter and what to do, the grave ones first. */
export function FindingList(props: {
  readonly findings: readonly LintFinding[];
  /** Whether each says which rule it is about, and where it stands. */
  readonly isPlaced?: boolean;
}) {
  const { findings, isPlaced = false } = props;
  return (
    <ul className={styles.findings}>
      {findings.toSorted(byGravity).map((finding) => {
        const { check, severity, file, line, column, rule, message, reason, advice } = finding;
        return (
          <li key={`${file}:${line}:${column} ${check} ${message}`}>
            <p className={styles.head}>
              <UrgencyText level={LEVELS[severity]}>{t(`lint.${severity}`)}</UrgencyText>
              {isPlaced && rule !== null && <b>{rule}</b>}
              <code>{check}</code>
            </p>
            <ServerText>
              <b>{sentence(message)}</b> {sentence(reason)} {sentence(advice)}
            </ServerText>
            {isPlaced && <small>{t('lint.place', { file, line })}</small>}
          </li>
        );
      })}
    </ul>
  );
}

const ORDER: readonly LintSeverity[] = ['error', 'warning', 'note'];

function byGravity(a: LintFinding, b: LintFinding): number {
  return ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.line - b.line;
}

/** The server's words begin small and end open, as parts of its lines in a terminal. */
export function sentence(text: string): string {
  const end = /[.?!]$/.test(text) ? '' : '.';
  // A name of a metric or a matcher is not a word to be written large.
  const isWord = /^[a-z]+ /.test(text);
  return (isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text) + end;
}
