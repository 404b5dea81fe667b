import { Link } from 'wouter';
import { ServiceChip } from '../chips/service-chip.tsx';
import { explorePath } from '../explore/explore-path.ts';
import { UNKNOWN } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import type { Span } from '../graph/span.ts';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './catalogue.module.css';
import { useDependencies } from './use-comparison.ts';

/** Whom the service asks, by its own client metrics; nothing where they tell nobody. */
export function Dependencies(props: { readonly name: string; readonly span: Span }) {
  const answer = useDependencies(props.name);
  if (answer === undefined || answer.dependencies.length === 0) return null;
  const format = (unit: 'per_second' | 'ratio' | 'seconds', value: number | null) =>
    value === null ? UNKNOWN : formatUnit(unit, value);
  return (
    <div className={styles.dependencies}>
      <Section title={t('service.asks')} note={t('service.asks.note')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('service.asks.peer')}</th>
              <th scope="col" className={styles.number}>
                {t('service.signal.traffic')}
              </th>
              <th scope="col" className={styles.number}>
                {t('service.signal.errors')}
              </th>
              <th scope="col" className={styles.number}>
                {t('service.signal.latency')} p99
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.dependencies.map((one) => (
              <tr key={`${one.convention} ${one.peer}`}>
                <th scope="row">
                  {one.service === null ? one.peer : <ServiceChip name={one.service} />}
                  <small>
                    {one.service !== null && one.service !== one.peer && `${one.peer} · `}
                    {one.convention}
                  </small>
                </th>
                <td className={styles.number} data-label={t('service.signal.traffic')}>
                  {one.expression === '' ? (
                    UNKNOWN
                  ) : (
                    <Link href={explorePath({ expressions: [one.expression], span: props.span })}>
                      {format('per_second', one.perSecond)}
                    </Link>
                  )}
                </td>
                <td className={styles.number} data-label={t('service.signal.errors')}>
                  {format('ratio', one.errorRatio)}
                </td>
                <td className={styles.number} data-label={`${t('service.signal.latency')} p99`}>
                  {format('seconds', one.p99Seconds)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {answer.hiddenCount > 0 && (
          <p>{t('service.targets.more', { count: answer.hiddenCount })}</p>
        )}
      </Section>
    </div>
  );
}
