import type { ComparedLine, ServiceComparison } from '@nines/contract';
import { formatDecimal } from '../format/decimal.ts';
import { UNKNOWN } from '../format/number.ts';
import { viewerTime } from '../format/time.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';
import styles from './catalogue.module.css';
import { formatSide, isChanged } from './compare-headline.ts';

type Comparison = NonNullable<ServiceComparison['comparison']>;
type Side = Comparison['first'];

/** The same numbers of both sides, and the second by the first. */
export function CompareTable(props: { readonly comparison: Comparison; readonly nowMs: number }) {
  const { label, first, second, lines } = props.comparison;
  if (lines.length === 0) {
    return <EmptyLesson title={t('compare.empty')} text={t('compare.empty.text')} />;
  }
  const heads =
    label === null
      ? [t('compare.before'), t('compare.after')]
      : [first.value ?? t('compare.others'), second.value ?? t('compare.others')];
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('compare.column.signal')}</th>
          <th scope="col" className={styles.number}>
            {heads[0]} <Time side={first} nowMs={props.nowMs} />
          </th>
          <th scope="col" className={styles.number}>
            {heads[1]} <Time side={second} nowMs={props.nowMs} />
          </th>
          <th scope="col" className={styles.number}>
            {t('compare.column.ratio')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={`${line.kind} ${line.title} ${line.name}`} line={line} heads={heads} />
        ))}
      </tbody>
    </table>
  );
}

function Time({ side, nowMs }: { readonly side: Side; readonly nowMs: number }) {
  return (
    <small>
      {viewerTime.short(side.fromMs, nowMs)}–{viewerTime.short(side.toMs, nowMs)}
    </small>
  );
}

function Row({ line, heads }: { readonly line: ComparedLine; readonly heads: readonly string[] }) {
  const { kind, title, name, ratio } = line;
  return (
    <tr data-changed={isChanged(line) ? '' : undefined}>
      <th scope="row">
        {t(`service.signal.${kind}`)} {name}
        <small>{title}</small>
      </th>
      <td className={styles.number} data-label={heads[0]}>
        {formatSide(line, 'first')}
      </td>
      <td className={styles.number} data-label={heads[1]}>
        {formatSide(line, 'second')}
      </td>
      <td className={styles.number} data-label={t('compare.column.ratio')}>
        {ratio === null ? UNKNOWN : `${formatDecimal(ratio, { significantMax: 3 })}×`}
      </td>
    </tr>
  );
}
