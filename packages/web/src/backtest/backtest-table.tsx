import type { Backtest, BacktestSide } from '@nines/contract';
import { formatDecimal } from '../format/decimal.ts';
import { formatConfigDuration, formatDuration } from '../format/duration.ts';
import { formatCount, UNKNOWN } from '../format/number.ts';
import { Section } from '../kit/section.tsx';
import { t } from '../messages/translate.ts';
import styles from './backtest.module.css';

const ROWS = [
  ['for', ({ forMs }: BacktestSide) => formatConfigDuration(forMs)],
  ['pages', ({ pageCount }: BacktestSide) => formatCount(pageCount)],
  [
    'week',
    ({ pagesPerWeek }: BacktestSide) =>
      pagesPerWeek === null ? UNKNOWN : formatDecimal(pagesPerWeek, { significantMax: 3 }),
  ],
  ['night', ({ nightPageCount }: BacktestSide) => formatCount(nightPageCount)],
  ['fired', ({ firingCount }: BacktestSide) => formatCount(firingCount)],
  ['dropped', ({ droppedCount }: BacktestSide) => formatCount(droppedCount)],
  [
    'longest',
    ({ longestMs }: BacktestSide) => (longestMs === null ? UNKNOWN : formatDuration(longestMs)),
  ],
] as const;

/** What the rule would have done, beside what the rule in force would have. */
export function BacktestTable({ backtest }: { readonly backtest: Backtest }) {
  const { tested, inForce, comparison } = backtest;
  return (
    <Section
      title={t('backtest.counts')}
      note={
        comparison === null
          ? undefined
          : t('backtest.comparison', {
              both: comparison.bothCount,
              earlier: comparison.earlierCount,
              later: comparison.laterCount,
              edited: comparison.onlyTestedCount,
              inForce: comparison.onlyInForceCount,
            })
      }
    >
      <table className={styles.counts}>
        <thead>
          <tr>
            <th scope="col">{t('backtest.column.what')}</th>
            <th scope="col">{t('backtest.edited')}</th>
            {inForce !== null && <th scope="col">{t('backtest.inForce')}</th>}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, show]) => (
            <tr key={name}>
              <th scope="row">{t(`backtest.row.${name}`)}</th>
              <td>{show(tested)}</td>
              {inForce !== null && <td>{show(inForce)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
