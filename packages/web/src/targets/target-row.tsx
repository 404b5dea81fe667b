import type { TargetView } from '@nines/contract';
import { toSentence } from '../format/sentence.ts';
import { useState } from 'react';
import { ServiceChip } from '../chips/service-chip.tsx';
import { formatConfigDuration, formatLatency } from '../format/duration.ts';
import { formatBytes, formatCount, UNKNOWN } from '../format/number.ts';
import { Ago } from '../kit/time.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { LabelList } from './label-list.tsx';
import { RelabelStepsView } from './relabel-steps.tsx';
import styles from './targets.module.css';

const LEVELS = { up: 'fine', down: 'page', unknown: 'log' } as const;

/** One target: how it is at a glance, everything else when opened. */
export function TargetRow({ target }: { readonly target: TargetView }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details className={styles.target} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className={styles.health}>
            <UrgencyText level={LEVELS[target.health]}>
              {t(`targets.health.${target.health}`)}
            </UrgencyText>
          </span>
          <span className={styles.instance}>{target.instance}</span>
          <span className={styles.number}>
            {target.lastScrapeAt === null ? t('targets.never') : <Ago at={target.lastScrapeAt} />}
          </span>
          <span className={styles.number}>
            {target.lastScrapeDurationMs === null
              ? UNKNOWN
              : formatLatency(target.lastScrapeDurationMs)}
          </span>
          <span className={styles.number}>
            {t('targets.samples', { count: target.sampleCount })}
          </span>
          <span className={styles.number}>
            {t('targets.every', { interval: formatConfigDuration(target.intervalMs) })}
          </span>
        </summary>
        {isOpen && <TargetDetails target={target} />}
      </details>
      {target.lastError !== null && target.health !== 'up' && (
        <p className={styles.error}>{toSentence(target.lastError)}</p>
      )}
    </li>
  );
}

function TargetDetails({ target }: { readonly target: TargetView }) {
  return (
    <dl className={styles.details}>
      <dt>{t('targets.detail.url')}</dt>
      <dd>{target.url}</dd>
      {target.service !== null && (
        <>
          <dt>{t('targets.detail.service')}</dt>
          <dd>
            <ServiceChip name={target.service} />
          </dd>
        </>
      )}
      <dt>{t('targets.detail.discovered')}</dt>
      <dd>
        <LabelList labels={target.discoveredLabels} />
      </dd>
      <dt>{t('targets.detail.rules')}</dt>
      <dd>
        <RelabelStepsView job={target.job} discoveredLabels={target.discoveredLabels} />
      </dd>
      <dt>{t('targets.detail.labels')}</dt>
      <dd>
        <LabelList labels={target.labels} />
      </dd>
      <dt>{t('targets.detail.size')}</dt>
      <dd>
        {t('targets.detail.sizeText', {
          bytes: formatBytes(target.bodyBytes),
          samples: formatCount(target.sampleCount),
          timeout: formatConfigDuration(target.timeoutMs),
        })}
      </dd>
    </dl>
  );
}
