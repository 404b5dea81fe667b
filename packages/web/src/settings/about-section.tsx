import { Button } from '@mantine/core';
import type { Status } from '@nines/contract';
import type { ReactNode } from 'react';
import { PersonChip } from '../chips/person-chip.tsx';
import { formatDuration } from '../format/duration.ts';
import { formatBytes, formatCompact, formatCount } from '../format/number.ts';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { Ago } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import { useSession } from '../session/use-session.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import styles from './settings.module.css';
import { useStatus } from './use-settings.ts';

/** The server in numbers, and the way out. */
export function AboutSection() {
  const query = useStatus();
  const { data: session } = useSession();
  const signOut = useSignOut();
  return (
    <Section isPanel title={t('settings.about')}>
      <QueryView
        query={query}
        what={t('settings.about.failed')}
        skeleton={<RowsSkeleton count={4} height={22} />}
      >
        {(status) => <Facts status={status} />}
      </QueryView>
      {session?.user !== null && session?.user !== undefined && (
        <div className={styles.self}>
          <p>
            <PersonChip name={session.user.displayName || session.user.name} />{' '}
            {t(`settings.role.${session.user.role}`)}
          </p>
          <Button onClick={signOut}>{t('session.signOut')}</Button>
        </div>
      )}
    </Section>
  );
}

function Facts({ status }: { readonly status: Status }) {
  const { series } = status;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('settings.about.version'), status.version],
    [t('settings.about.started'), <Ago key="started" at={status.startedAt} />],
    [t('settings.about.url'), status.externalUrl],
    [t('settings.about.records'), t(`settings.about.records.${status.records}`)],
    [t('settings.about.series'), formatCount(series.seriesCount)],
    [t('settings.about.samples'), formatCompact(series.appendedTotal)],
    [
      t('settings.about.disk'),
      t('settings.about.diskText', {
        used: formatBytes(series.diskBytes),
        free: formatBytes(series.freeDiskBytes),
      }),
    ],
    [t('settings.about.retention'), formatDuration(series.retentionMs)],
    ...series.aggregates.map(({ everyMs, keepMs, diskBytes }) => {
      const name = t('settings.about.aggregates', { every: formatDuration(everyMs) });
      const text = t('settings.about.aggregatesText', {
        keep: formatDuration(keepMs),
        used: formatBytes(diskBytes),
      });
      return [name, text] as const;
    }),
    [t('settings.about.memory'), formatBytes(status.residentBytes)],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
