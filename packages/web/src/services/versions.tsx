import type { RunningVersion } from '@nines/contract';
import { Link } from 'wouter';
import { serviceComparePath } from '../chips/service-path.ts';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';

/** What runs now; more than one version is a rollout, or a forgotten instance. */
export function Versions(props: {
  readonly service: string;
  readonly versions: readonly RunningVersion[];
}) {
  const { versions } = props;
  return (
    <Section
      isPanel
      title={t('service.versions')}
      note={<Link href={serviceComparePath(props.service)}>{t('service.versions.compare')}</Link>}
    >
      {versions.length === 0 && <p className={styles.none}>{t('service.versions.none')}</p>}
      <ul className={styles.versions}>
        {versions.map(({ version, instances, source }) => (
          <li key={version} title={t('service.versions.source', { source })}>
            <b>{version}</b>{' '}
            <span title={instances.join(', ')}>
              {t('service.versions.text', { count: instances.length })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
