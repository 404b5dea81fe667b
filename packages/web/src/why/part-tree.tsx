import type { WhyPart } from '@nines/contract';
import { Link } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { formatMetric } from '../graph/series-name.ts';
import { t } from '../messages/translate.ts';
import { spanAround } from './explore-span.ts';
import styles from './why.module.css';
import { nameValue } from './why-words.ts';

/** Deeper parts are not set in further: a phone has no room. */
const DEPTH_MAX = 5;

/** The expression and its parts with what each gives, and where the last series was lost. */
export function PartTree(props: { readonly parts: readonly WhyPart[]; readonly at: number }) {
  if (props.parts.length === 0) return null;
  return (
    <div className={styles.parts}>
      <h3>
        {t('why.parts')} <small>{t('why.parts.note')}</small>
      </h3>
      <ul>
        {props.parts.map((part, index) => (
          // The parts of an expression never change their order.
          <li
            key={index}
            data-cause={part.isCause}
            style={{ paddingInlineStart: `${8 + Math.min(part.depth, DEPTH_MAX) * 14}px` }}
          >
            <Link href={explorePath({ expressions: [part.text], span: spanAround(props.at) })}>
              <code>{part.text}</code>
            </Link>
            <span title={part.series.map(({ labels }) => formatMetric(labels)).join('\n')}>
              {describePart(part)}
              {part.isCause && <b> · {t('why.parts.lost')}</b>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function describePart({ seriesCount, error, series }: WhyPart): string {
  if (seriesCount === null) return t('why.unknown', { error: error ?? '' });
  const [first] = series;
  return seriesCount === 1 && first !== undefined
    ? nameValue(first.value)
    : t('why.parts.series', { count: seriesCount });
}
