import type { ServiceSummary } from '@nines/contract';
import { PlaybookButton } from '../chips/playbook-button.tsx';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';

/** What it is for, and whose it is. */
export function AboutService(props: {
  readonly description: string | null;
  readonly summary: ServiceSummary | undefined;
}) {
  const { description, summary } = props;
  if (summary === undefined && description === null) return null;
  return (
    <Section isPanel title={t('service.about')}>
      {description !== null && <p className={styles.none}>{description}</p>}
      {summary !== undefined && (
        <>
          <p>
            <span className={styles.key}>{t('service.about.owner')}</span>{' '}
            {summary.owner ?? t('service.about.nobody')}
          </p>
          {!summary.isDeclared && <p className={styles.none}>{t('service.about.undeclared')}</p>}
          <PlaybookButton playbook={summary.playbook} />
        </>
      )}
    </Section>
  );
}
