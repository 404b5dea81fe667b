import type { DroppedTarget } from '@nines/contract';
import { useState } from 'react';
import { toSentence } from '../format/sentence.ts';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import { LabelList } from './label-list.tsx';
import { RelabelStepsView } from './relabel-steps.tsx';
import styles from './targets.module.css';

/** What was found and is not scraped, with the rule that dropped it. */
export function DroppedTargets(props: {
  readonly dropped: readonly DroppedTarget[];
  readonly droppedCount: number;
}) {
  const { dropped, droppedCount } = props;
  if (droppedCount === 0) return null;
  const note = t('targets.dropped', { count: droppedCount });
  return (
    <Section title={t('targets.dropped.title')} note={note}>
      <ul className={styles.list}>
        {dropped.map((target, i) => (
          <DroppedRow key={`${i} ${target.discoveredLabels.__address__ ?? ''}`} target={target} />
        ))}
      </ul>
    </Section>
  );
}

function DroppedRow({ target }: { readonly target: DroppedTarget }) {
  const [isOpen, setOpen] = useState(false);
  const { job, discoveredLabels, reason } = target;
  return (
    <li>
      <details className={styles.target} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={styles.droppedSummary}>
          <span className={styles.instance}>{discoveredLabels.__address__ ?? job}</span>
          <span className={styles.number}>{job}</span>
        </summary>
        {isOpen && (
          <dl className={styles.details}>
            <dt>{t('targets.detail.discovered')}</dt>
            <dd>
              <LabelList labels={discoveredLabels} />
            </dd>
            <dt>{t('targets.detail.rules')}</dt>
            <dd>
              <RelabelStepsView job={job} discoveredLabels={discoveredLabels} />
            </dd>
          </dl>
        )}
      </details>
      {reason !== null && <p className={styles.error}>{toSentence(reason)}</p>}
    </li>
  );
}
