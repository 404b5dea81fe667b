import type { ServiceSummary, Sparkline as SparklineValues } from '@nines/contract';
import { ServiceChip } from '../chips/service-chip.tsx';
import { formatLatency } from '../format/duration.ts';
import { formatPercent, formatRate, UNKNOWN } from '../format/number.ts';
import { Sparkline } from '../kit/sparkline.tsx';
import { spanOf } from '../kit/sparkline-path.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './service-table.module.css';

export function ServiceRow({ service }: { readonly service: ServiceSummary }) {
  const isDown = service.targetsUp < service.targetsTotal;
  const up = { up: service.targetsUp, total: service.targetsTotal };
  return (
    <tr>
      <th scope="row" className={styles.service}>
        <ServiceChip name={service.name} />
        <small>{describeOwner(service)}</small>
      </th>
      <td data-label={t('board.column.targets')}>
        <span className={styles.signal}>
          <b data-bad={isDown ? '' : undefined}>{t('board.service.up', up)}</b>
          <Sparkline
            line={service.availability}
            isBad={isDown}
            label={t('board.spark.availability', {
              span: spanOf(service.availability),
              low: describe(edge(service.availability, Math.min), formatPercent),
            })}
          />
        </span>
      </td>
      <td data-label={t('board.column.firing')}>
        <Firing firing={service.firing} />
      </td>
      <td data-label={t('board.column.scrape')} className={styles.minor}>
        <span className={styles.signal}>
          <b>{describe(lastOf(service.scrapeSeconds), formatSeconds)}</b>
          <Sparkline
            line={service.scrapeSeconds}
            label={t('board.spark.scrape', {
              span: spanOf(service.scrapeSeconds),
              high: describe(edge(service.scrapeSeconds, Math.max), formatSeconds),
            })}
          />
        </span>
      </td>
      <td data-label={t('board.column.samples')} className={styles.minor}>
        <span className={styles.signal}>
          <b>{describe(lastOf(service.samplesPerSecond), formatRate)}</b>
          <Sparkline
            line={service.samplesPerSecond}
            label={t('board.spark.samples', {
              span: spanOf(service.samplesPerSecond),
              high: describe(edge(service.samplesPerSecond, Math.max), formatRate),
            })}
          />
        </span>
      </td>
    </tr>
  );
}

function Firing({ firing }: { readonly firing: ServiceSummary['firing'] }) {
  const isQuiet = firing.page + firing.ticket + firing.log === 0;
  if (isQuiet) return <span className={styles.quiet}>{t('board.service.quiet')}</span>;
  return (
    <span className={styles.firing}>
      {firing.page > 0 && (
        <UrgencyText level="page">{t('output.pages', { count: firing.page })}</UrgencyText>
      )}
      {firing.ticket > 0 && (
        <UrgencyText level="ticket">{t('output.tickets', { count: firing.ticket })}</UrgencyText>
      )}
      {firing.log > 0 && (
        <UrgencyText level="log">{t('output.logs', { count: firing.log })}</UrgencyText>
      )}
    </span>
  );
}

function describeOwner({ owner, isDeclared }: ServiceSummary): string {
  if (owner !== null) return owner;
  return isDeclared ? t('board.service.noOwner') : t('board.service.undeclared');
}

function lastOf({ values }: SparklineValues): number | undefined {
  return values.findLast((value) => value !== null) ?? undefined;
}

function edge(
  { values }: SparklineValues,
  choose: (...values: number[]) => number,
): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? undefined : choose(...known);
}

function describe(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? UNKNOWN : format(value);
}

function formatSeconds(seconds: number): string {
  return formatLatency(seconds * 1000);
}
