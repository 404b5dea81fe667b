import type { Sparkline as SparklineValues } from '@nines/contract';
import styles from './sparkline.module.css';
import { sparklinePath } from './sparkline-path.ts';

const BOX = { width: 64, height: 20 } as const;

/** A small line beside a number. `label` says in words what it shows, and on hover. */
export function Sparkline(props: {
  readonly line: SparklineValues;
  readonly label: string;
  readonly isBad?: boolean;
}) {
  return (
    <svg
      className={styles.spark}
      data-bad={props.isBad === true ? '' : undefined}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
    >
      <title>{props.label}</title>
      <path d={sparklinePath(props.line.values, BOX)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
