import type { RecentEvent } from '@nines/contract';
import { Link } from 'wouter';
import { nameKind } from '../alerts/history-kind.ts';
import { AlertChip } from '../chips/alert-chip.tsx';
import { Section } from '../kit/section.tsx';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './facts.module.css';

/** More would push the state of Nines itself off the first screen. */
const SHOWN_MAX = 8;

/** What alerts and pages did of late. */
export function RecentEvents({ events }: { readonly events: readonly RecentEvent[] }) {
  return (
    <Section
      isPanel
      title={t('board.recent')}
      note={<Link href="/alerts?state=all">{t('board.recent.all')}</Link>}
    >
      {events.length === 0 && <p className={styles.none}>{t('board.recent.none')}</p>}
      <ul className={styles.facts}>
        {events.slice(0, SHOWN_MAX).map((event) => (
          <li key={`${event.at} ${event.alertId} ${event.kind}`}>
            <span className={styles.key}>
              <At at={event.at} />
            </span>
            <span>
              <AlertChip id={event.alertId} name={event.alertName} />{' '}
              {nameKind(event.kind).toLowerCase()}: {event.reason}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
