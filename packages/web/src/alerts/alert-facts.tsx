import type { AlertDetail } from '@nines/contract';
import { isWebAddress } from '../chips/web-address.ts';
import { formatConfigDuration } from '../format/duration.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './alert-facts.module.css';

/** Shown in the first lines already. */
const TOLD_ABOVE = new Set(['summary', 'description']);

/** What an alert is made of: its labels, its rule, its annotations. */
export function AlertFacts({ detail }: { readonly detail: AlertDetail }) {
  const { alert, annotations, rule } = detail;
  const notes = Object.entries(annotations).filter(
    ([name, value]) => !TOLD_ABOVE.has(name) && value !== '',
  );
  return (
    <>
      <Section isPanel title={t('alert.labels')}>
        <Pairs pairs={Object.entries(alert.labels)} />
      </Section>
      {notes.length > 0 && (
        <Section isPanel title={t('alert.annotations')}>
          <Pairs pairs={notes} />
        </Section>
      )}
      <Section isPanel title={t('alert.rule')}>
        {rule === null ? (
          <p className={styles.none}>
            {alert.origin === 'rule' ? t('alert.rule.none') : t(`origin.${alert.origin}.text`)}
          </p>
        ) : (
          <>
            <Pairs
              pairs={[
                ...(alert.owner === null ? [] : [[t('alert.owner'), alert.owner] as const]),
                [t('alert.rule.group'), rule.group],
                [t('alert.rule.file'), rule.file],
                [t('alert.rule.for'), formatConfigDuration(rule.forMs)],
                ...(rule.keepFiringForMs === 0
                  ? []
                  : [[t('alert.rule.keep'), formatConfigDuration(rule.keepFiringForMs)] as const]),
              ]}
            />
            <CodeBlock code={rule.expression} label={t('alert.rule.expression')} />
          </>
        )}
      </Section>
    </>
  );
}

function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }) {
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isWebAddress(value) ? <OutLink href={value} /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function OutLink({ href }: { readonly href: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {href}
    </a>
  );
}
