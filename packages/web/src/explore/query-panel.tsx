import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Answered, InstantData } from '../api/prometheus.ts';
import { backtestPath } from '../backtest/backtest-state.ts';
import type { RangeResult } from '../graph/range-query.ts';
import type { Span } from '../graph/span.ts';
import type { QueryState } from '../kit/query-view.tsx';
import { t } from '../messages/translate.ts';
import { EditorField } from './editor-field.tsx';
import { findErrorPosition } from './error-position.ts';
import { Examples } from './examples.tsx';
import type { ExploreState } from './explore-state.ts';
import styles from './explore.module.css';
import { GraphResult } from './graph-result.tsx';
import { TableResult } from './table-result.tsx';
import { TraceTree } from './trace-tree.tsx';

export type InstantResult = Answered<InstantData> & { readonly tookMs: number };

interface Props {
  /** From 1. */
  readonly number: number;
  readonly expression: string;
  readonly view: ExploreState['view'];
  readonly span: Span;
  readonly history: readonly string[];
  readonly range: QueryState<RangeResult> | undefined;
  readonly instant: QueryState<InstantResult> | undefined;
  readonly onRun: (expression: string) => void;
  /** Undefined: the only one stays. */
  readonly onRemove: (() => void) | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** Keeps what is shown as a panel of a board. */
  readonly onKeep: () => void;
}

/** One question and its answer. */
export function QueryPanel(props: Props) {
  const { expression, view, range, instant } = props;
  const [draft, setDraft] = useDraft(expression);
  const query = view === 'graph' ? range : instant;
  const message = query?.error instanceof Error ? query.error.message : '';
  const run = (text: string) => {
    setDraft(text);
    props.onRun(text.trim());
  };
  return (
    <section className={styles.panel} aria-label={t('explore.number', { number: props.number })}>
      <div className={styles.ask}>
        <EditorField
          value={draft}
          label={t('explore.query')}
          placeholder={t('explore.placeholder')}
          error={findErrorPosition(message, expression)}
          onChange={setDraft}
          onRun={() => run(draft)}
        />
        <Button variant="filled" onClick={() => run(draft)}>
          {t('explore.run')}
        </Button>
        {expression !== '' && <Button onClick={props.onKeep}>{t('explore.keep')}</Button>}
        {expression !== '' && (
          <Button component={Link} href={backtestPath({ expression })}>
            {t('backtest.link')}
          </Button>
        )}
        <History history={props.history} onChoose={run} />
        {props.onRemove !== undefined && (
          <Button onClick={props.onRemove}>{t('explore.remove')}</Button>
        )}
      </div>
      {expression === '' && <Examples onChoose={run} />}
      {expression !== '' && view === 'graph' && range !== undefined && (
        <GraphResult query={range} expression={expression} onZoom={props.onZoom} />
      )}
      {expression !== '' && view === 'table' && instant !== undefined && (
        <TableResult query={instant} />
      )}
      {expression !== '' && query?.data !== undefined && (
        <TraceTree expression={expression} span={props.span} view={view} />
      )}
    </section>
  );
}

/** What is being typed; a new expression from outside, such as Back, replaces it. */
function useDraft(expression: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(expression);
  const [base, setBase] = useState(expression);
  if (base !== expression) {
    setBase(expression);
    setDraft(expression);
  }
  return [draft, setDraft];
}

function History(props: {
  readonly history: readonly string[];
  readonly onChoose: (expression: string) => void;
}) {
  if (props.history.length === 0) return null;
  return (
    <NativeSelect
      className={styles.history}
      aria-label={t('explore.history')}
      value=""
      onChange={(event) => props.onChoose(event.currentTarget.value)}
      data={[
        { value: '', label: t('explore.history'), disabled: true },
        ...props.history.map((expression) => ({ value: expression, label: expression })),
      ]}
    />
  );
}
