import type { PageView } from '@nines/contract';
import { Section } from '../kit/section.tsx';
import { At } from '../kit/time.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './alert-pages.module.css';

/** Who was told, by which way, and what came of it. */
export function AlertPages({ pages }: { readonly pages: readonly PageView[] }) {
  return (
    <Section isPanel title={t('alert.pages')}>
      {pages.length === 0 && <p className={styles.none}>{t('alert.pages.none')}</p>}
      <ul className={styles.pages}>
        {pages.map((page) => (
          <li key={page.id}>
            <div>
              <b>{page.channel}</b> <small>{t('alert.pages.step', { step: page.step })}</small>
            </div>
            <p>
              <PageState page={page} />
            </p>
            {page.lastError !== null && (
              <p className={styles.error}>{t('alert.pages.error', { error: page.lastError })}</p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PageState({ page }: { readonly page: PageView }) {
  switch (page.state) {
    case 'queued':
      return <Rich id="alert.pages.queued" args={[{ time: <At at={page.dueAt} /> }]} />;
    case 'sending':
      return t('alert.pages.sending', { count: page.attemptCount });
    case 'delivered':
      return (
        <Rich
          id="alert.pages.delivered"
          args={[{ time: <At at={page.deliveredAt ?? page.dueAt} /> }]}
        />
      );
    case 'failed':
      return t('alert.pages.failed', { count: page.attemptCount });
    case 'cancelled':
      return t('alert.pages.cancelled');
  }
}
