import type { Notice } from '@nines/contract';
import { At } from '../kit/time.tsx';
import { Section } from '../kit/section.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './cards.module.css';

const LEVELS: readonly Notice['level'][] = ['page', 'ticket', 'log'];

/** What its users must know of Nines itself: a rejected configuration, a disk that fills up. */
export function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  return (
    <Section title={t('board.notices')}>
      {notices
        .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
        .map((notice) => (
          <article key={notice.code} className={styles.card} data-level={notice.level}>
            <div>
              <p className={styles.kind}>
                <UrgencyText level={notice.level}>
                  <Rich id="board.notice.since" args={[{ time: <At at={notice.since} /> }]} />
                </UrgencyText>
              </p>
              <h3>{notice.title}</h3>
              <ul className={styles.details}>
                {notice.details.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </div>
          </article>
        ))}
    </Section>
  );
}
