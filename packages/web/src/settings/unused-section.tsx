import { formatDropRule, type UnusedMetrics } from '@nines/contract';
import { Fragment } from 'react';
import { formatCount } from '../format/number.ts';
import { CodeBlock } from '../kit/code-block.tsx';
import { Section } from '../kit/section.tsx';
import { Ago } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './settings.module.css';
import { useUnusedMetrics } from './use-settings.ts';

/** The dearest; the command line tells the others. */
const SHOWN_MAX = 6;

/** Metrics that are collected and that nothing reads; nothing where there are none. */
export function UnusedSection() {
  const { data } = useUnusedMetrics();
  if (data === undefined || data.metrics.length === 0) return null;
  const shown = data.metrics.slice(0, SHOWN_MAX);
  return (
    <Section isPanel title={t('settings.unused')}>
      <Summary unused={data} />
      <ul className={styles.dearest}>
        {shown.map(({ name, seriesCount, jobs }) => (
          <li key={name}>
            <span>
              <MetricName name={name} />
              <small>{jobs.join(', ')}</small>
            </span>
            <span>{t('settings.unused.series', { count: formatCount(seriesCount) })}</span>
          </li>
        ))}
      </ul>
      <details className={styles.cure}>
        <summary>{t('settings.unused.cure')}</summary>
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
      </details>
    </Section>
  );
}

/** A name that breaks between its words only. */
function MetricName({ name }: { readonly name: string }) {
  const words = [...name.matchAll(/[^_:]+[_:]*|[_:]+/gu)];
  return words.map(({ 0: word, index }) => (
    <Fragment key={index}>
      {word}
      <wbr />
    </Fragment>
  ));
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
