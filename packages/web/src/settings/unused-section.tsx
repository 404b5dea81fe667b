import { formatDropRule, type UnusedMetrics } from '@nines/contract';
import { formatCount } from '../format/number.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Section } from '../kit/section.tsx';
import { Ago } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './settings.module.css';
import { useUnusedMetrics } from './use-settings.ts';

/** The dearest; the command line tells the others. */
const SHOWN_MAX = 10;

/** Metrics that are collected and that nothing reads; nothing where there are none. */
export function UnusedSection() {
  const { data } = useUnusedMetrics();
  if (data === undefined || data.metrics.length === 0) return null;
  const shown = data.metrics.slice(0, SHOWN_MAX);
  return (
    <Section isPanel title={t('settings.unused')}>
      <Summary unused={data} />
      <dl className={styles.facts}>
        {shown.map(({ name, seriesCount, jobs }) => (
          <div key={name}>
            <dt>{t('settings.unused.series', { count: formatCount(seriesCount) })}</dt>
            <dd>
              {name} · {jobs.join(', ')}
            </dd>
          </div>
        ))}
      </dl>
      {[...new Set(shown.flatMap(({ jobs }) => jobs))].map((job) => {
        const names = shown.filter(({ jobs }) => jobs.includes(job)).map(({ name }) => name);
        const label = t('settings.unused.drop', { job });
        return (
          <div key={job}>
            <p>{label}</p>
            <CodeBlock code={formatDropRule(names)} label={label} />
          </div>
        );
      })}
    </Section>
  );
}

function Summary({ unused }: { readonly unused: UnusedMetrics }) {
  const { metricCount, unusedSeriesCount, days, recordedSince } = unused;
  return (
    <p>
      {t('settings.unused.text', {
        metrics: formatCount(metricCount),
        series: formatCount(unusedSeriesCount),
        days: formatCount(days),
      })}{' '}
      {recordedSince === null ? (
        t('settings.unused.noRecord')
      ) : (
        <>
          {t('settings.unused.since')} <Ago at={recordedSince} />
        </>
      )}
    </p>
  );
}
