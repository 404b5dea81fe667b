import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { PageLayout } from '../kit/page-layout.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { t } from '../messages/translate.ts';
import { ExploreToolbar } from './explore-toolbar.tsx';
import { QUERY_COUNT_MAX } from './explore-state.ts';
import { describeExplore, summarize } from './headline.ts';
import { QueryList } from './query-list.tsx';
import { QueryPanel } from './query-panel.tsx';
import { useExplore, useInstantResults, useRangeResults } from './use-explore.ts';

/** Not before somebody wants to keep what they see. */
const AddPanelDialog = lazy(async () => {
  const { AddPanelDialog: dialog } = await import('../boards/add-panel-dialog.tsx');
  return { default: dialog };
});

/** Ask anything of what was measured. */
export function ExplorePage() {
  const { state, history, change, setExpression } = useExplore();
  const ranges = useRangeResults(state);
  const instants = useInstantResults(state);
  const { expressions, span, view } = state;
  const [kept, setKept] = useState<string>();
  const results = view === 'graph' ? ranges.map(summarize) : instants.map(summarize);
  return (
    <PageLayout
      title={t('nav.explore')}
      sentence={<SentenceText parts={describeExplore(state, results)} />}
    >
      <ExploreToolbar
        state={state}
        onChange={change}
        onRefresh={() => {
          for (const query of view === 'graph' ? ranges : instants) void query.refetch();
        }}
      />
      {expressions.map((expression, index) => (
        <QueryPanel
          // Panels have no name of their own but their place.
          key={index}
          number={index + 1}
          expression={expression}
          view={view}
          history={history}
          range={ranges[index]}
          instant={instants[index]}
          onRun={(text) => {
            if (text !== expression) setExpression(index, text);
            else if (view === 'graph') void ranges[index]?.refetch();
            else void instants[index]?.refetch();
          }}
          onRemove={
            expressions.length === 1
              ? undefined
              : () => change({ expressions: expressions.filter((_, at) => at !== index) })
          }
          onZoom={(fromMs, toMs) => change({ span: { kind: 'between', fromMs, toMs } })}
          onKeep={() => setKept(expression)}
          span={span}
        />
      ))}
      {kept !== undefined && (
        <Suspense fallback={null}>
          <AddPanelDialog
            expression={kept}
            kind={view === 'graph' ? 'line' : 'table'}
            onClose={() => setKept(undefined)}
          />
        </Suspense>
      )}
      {expressions.length < QUERY_COUNT_MAX && expressions.every((text) => text !== '') && (
        <Button onClick={() => change({ expressions: [...expressions, ''] })}>
          {t('explore.add')}
        </Button>
      )}
      <QueryList />
    </PageLayout>
  );
}
