import type { SignalUnit } from '@nines/contract';
import { formatValue } from '../format/number.ts';
import { viewerTime } from '../format/time.ts';
import { formatUnit } from '../format/unit.ts';
import type { GraphData } from './graph-data.ts';
import { lineColor } from './palette.ts';
import type { Hover } from './plot-options.ts';
import styles from './graph.module.css';
import { readAt } from './read-at.ts';

/** The values under the crosshair; on the side of it where there is room. */
export function Readout(props: {
  readonly data: GraphData;
  readonly hover: Hover;
  readonly width: number;
  readonly unit: SignalUnit | undefined;
}) {
  const { data, hover, width, unit } = props;
  const atSeconds = data.times[hover.index];
  const rows = readAt(data, hover.index);
  if (atSeconds === undefined || rows.length === 0) return null;
  const isRight = hover.leftPx > width / 2;
  const place = isRight ? { right: width - hover.leftPx + 10 } : { left: hover.leftPx + 10 };
  return (
    <div className={styles.readout} style={place}>
      <time>{viewerTime.full(atSeconds * 1000)}</time>
      <ul>
        {rows.map(({ name, value, lineIndex }) => (
          <li key={lineIndex}>
            <i style={{ background: lineColor(lineIndex) }} />
            <b>{unit === undefined ? formatValue(value) : formatUnit(unit, value)}</b>
            <span>{name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
