import type { Panel } from '@nines/contract';
import { formatValue } from '../format/number.ts';
import { formatUnit } from '../format/unit.ts';
import { QueryView } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './boards.module.css';
import type { PanelProps } from './panel-card.tsx';
import { findCrossed, listNumbers, type PanelNumber } from './panel-data.ts';
import { usePanelValues } from './use-boards.ts';

/** Numbers are read at a glance; what is more than this is a table. */
const NUMBERS_MAX = 12;

/** The newest value of each series, large; beyond a threshold it says so. */
export function NumberPanel(props: PanelProps) {
  const { panel } = props;
  const query = usePanelValues(props);
  return (
    <QueryView
      query={query}
      what={t('boards.panel.failed')}
      skeleton={<RowsSkeleton count={1} height={52} />}
    >
      {(answers) => {
        const numbers = listNumbers(panel.queries, answers);
        if (numbers.length === 0) return <p className={styles.none}>{t('boards.panel.empty')}</p>;
        const moreCount = numbers.length - NUMBERS_MAX;
        return (
          <>
            <ul className={styles.numbers}>
              {numbers.slice(0, NUMBERS_MAX).map((number, index) => (
                // Names may repeat; the order is the server's.
                <Figure key={index} number={number} panel={panel} />
              ))}
            </ul>
            {moreCount > 0 && (
              <p className={styles.none}>{t('boards.panel.more', { count: moreCount })}</p>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function Figure(props: { readonly number: PanelNumber; readonly panel: Panel }) {
  const { name, value } = props.number;
  const { unit, thresholds } = props.panel;
  const crossed = typeof value === 'number' ? findCrossed(thresholds, value) : undefined;
  return (
    <li data-level={crossed?.level}>
      <b>{formatPanelValue(unit, value)}</b>
      {name !== '' && <span>{name}</span>}
      {crossed !== undefined && (
        <small>
          <UrgencyText level={crossed.level}>
            {crossed.label ??
              t(crossed.isBelow ? 'boards.panel.below' : 'boards.panel.above', {
                value: formatPanelValue(unit, crossed.value),
              })}
          </UrgencyText>
        </small>
      )}
    </li>
  );
}

/** A value in the unit of its panel; text, such as a histogram's, as it is. */
export function formatPanelValue(unit: Panel['unit'], value: number | string): string {
  if (typeof value === 'string') return value;
  return unit === null || !Number.isFinite(value) ? formatValue(value) : formatUnit(unit, value);
}
