import type { AlertDetail, Output } from '@nines/contract';
import { toSentence } from '../format/sentence.ts';
import { PersonChip } from '../chips/person-chip.tsx';
import { viewerTime } from '../format/time.ts';
import { ServerText } from '../kit/server-text.tsx';
import { Section } from '../kit/section.tsx';
import { Ago, Moment } from '../kit/time.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './alert-history.module.css';
import { nameKind, toneOf } from './history-kind.ts';

/** Everything that happened to an alert and why, oldest first. */
export function AlertHistory(props: {
  readonly history: AlertDetail['history'];
  readonly output: Output;
}) {
  return (
    <Section title={t('alert.history')} note={t('alert.history.note')}>
      <ol className={styles.history}>
        {props.history.map((entry, index) => (
          // Entries are only ever added at the end.
          <li key={index}>
            <UrgencyMark level={toneOf(entry.kind, props.output)} />
            <span className={styles.time}>
              <Moment at={entry.at} text={viewerTime.clockSeconds(entry.at)} />
            </span>
            <span>
              <b>{nameKind(entry.kind)}</b> <ServerText>{toSentence(entry.reason)}</ServerText>
              {entry.actor !== null && !entry.reason.includes(entry.actor) && (
                <>
                  {' '}
                  <PersonChip name={entry.actor} />
                </>
              )}
            </span>
            <span className={styles.ago}>
              <Ago at={entry.at} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
