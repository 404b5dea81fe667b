import { replaceLimit, splitComparison } from '../alerts/split-comparison.ts';
import { EditorField } from '../explore/editor-field.tsx';
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';
import { formatValue } from '../format/number.ts';
import type { GraphData } from '../graph/graph-data.ts';
import { Segments } from '../kit/segments.tsx';
import { t } from '../messages/translate.ts';
import styles from './backtest.module.css';
import { type BacktestState, limitScale, RANGES, waitsWith } from './backtest-state.ts';

interface Props {
  readonly draft: BacktestState;
  readonly graph: GraphData | undefined;
  readonly onChange: (draft: BacktestState) => void;
}

/** The rule that is tested: its expression, its limit, how long it waits, and over which time. */
export function BacktestForm({ draft, graph, onChange }: Props) {
  const { expression, forMs } = draft;
  const waits = waitsWith(forMs);
  return (
    <div className={styles.form}>
      <div className={styles.ask}>
        <EditorField
          value={expression}
          label={t('backtest.expression')}
          placeholder={t('backtest.placeholder')}
          error={undefined}
          onChange={(text) => onChange({ ...draft, expression: text })}
          onRun={() => {}}
        />
      </div>
      <LimitSlider draft={draft} graph={graph} onChange={onChange} />
      <label className={styles.slider}>
        <span>
          {t('alert.rule.for')} <b>{formatConfigDuration(forMs)}</b>
        </span>
        <input
          type="range"
          min={0}
          max={waits.length - 1}
          step={1}
          value={waits.indexOf(forMs)}
          aria-valuetext={formatConfigDuration(forMs)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...draft, forMs: waits[Number(value)] ?? forMs })
          }
        />
      </label>
      <Segments
        label={t('explore.range')}
        options={RANGES.map((value) => ({ value, label: value }))}
        value={RANGES.find((range) => parseConfigDuration(range) === draft.rangeMs)}
        onChange={(range) =>
          onChange({ ...draft, rangeMs: parseConfigDuration(range) ?? draft.rangeMs })
        }
      />
    </div>
  );
}

/** Where the expression is a comparison with a number. */
function LimitSlider({ draft, graph, onChange }: Props) {
  const { threshold } = splitComparison(draft.expression);
  if (threshold === undefined) return null;
  const { min, max, step } = limitScale(threshold, extremesOf(graph));
  return (
    <label className={styles.slider}>
      <span>
        {t('backtest.limit')} <b>{formatValue(threshold)}</b>
      </span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={threshold}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...draft, expression: replaceLimit(draft.expression, Number(value)) })
        }
      />
    </label>
  );
}

function extremesOf(graph: GraphData | undefined) {
  const values =
    graph?.lines.flatMap((line) => line.values.filter((value) => value !== null)) ?? [];
  if (values.length === 0) return undefined;
  return values.reduce(
    ({ min, max }, value) => ({ min: Math.min(min, value), max: Math.max(max, value) }),
    { min: Infinity, max: -Infinity },
  );
}
