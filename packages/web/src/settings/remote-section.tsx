import type { Status } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { formatCompact } from '../format/number.ts';
import { Section } from '../kit/section.tsx';
import { Ago } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './settings.module.css';
import { useStatus } from './use-settings.ts';

/** Behind by less than a usual interval of scrapes is no news. */
const CURRENT_MS = 15_000;

/** Where samples are sent, and how far that has come; nothing where they are sent nowhere. */
export function RemoteSection() {
  const { data } = useStatus();
  const queues = data?.remoteQueues ?? [];
  if (queues.length === 0) return null;
  return (
    <Section isPanel title={t('settings.remote')}>
      <dl className={styles.facts}>
        {queues.map((queue) => (
          <Queue key={queue.name} queue={queue} />
        ))}
      </dl>
    </Section>
  );
}

function Queue({ queue }: { readonly queue: Status['remoteQueues'][number] }) {
  const { behindMs, lastError, lastErrorAt } = queue;
  const isCurrent = behindMs < CURRENT_MS;
  return (
    <div>
      <dt>{queue.name}</dt>
      <dd>
        {queue.url}
        <br />
        {isCurrent
          ? t('settings.remote.current')
          : t('settings.remote.behind', { behind: formatDuration(behindMs) })}
        {' · '}
        {t('settings.remote.facts', {
          perSecond: formatCompact(queue.samplesPerSecond),
          sent: formatCompact(queue.sentTotal),
          failed: formatCompact(queue.failedTotal),
          dropped: formatCompact(queue.droppedTotal),
        })}
        {lastError !== null && lastErrorAt !== null && (
          <>
            <br />
            <Ago at={lastErrorAt} />: {lastError}
          </>
        )}
      </dd>
    </div>
  );
}
