import { Link } from 'wouter';
import { explorePath } from '../explore/explore-path.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { DraftLint } from '../lint/draft-lint.tsx';
import { t } from '../messages/translate.ts';
import { SaveRule } from '../rules/save-rule.tsx';
import { whyPath } from '../why/why-state.ts';
import { BacktestForm } from './backtest-form.tsx';
import { BacktestGraph } from './backtest-graph.tsx';
import { BacktestRemarks } from './backtest-remarks.tsx';
import { BacktestTable } from './backtest-table.tsx';
import { describeBacktest } from './headline.ts';
import { PeriodTable } from './period-table.tsx';
import { useBacktest } from './use-backtest.ts';

/** When would this rule have paged, and when would another limit have? */
export function BacktestPage() {
  const { state, draft, setDraft, backtest, values, graph, split, span } = useBacktest();
  const { name, expression } = state;
  const title = name === '' ? t('backtest.new') : name;
  return (
    <PageLayout
      title={t('backtest.title', { name: title })}
      sentence={
        backtest.data === undefined ? (
          expression === '' ? (
            t('backtest.question')
          ) : (
            waitingSentence(backtest.error, t('backtest.loading'))
          )
        ) : (
          <SentenceText parts={describeBacktest(backtest.data, state.rangeMs)} />
        )
      }
    >
      <BacktestForm draft={draft} graph={graph} onChange={setDraft} />
      {expression === '' ? (
        <EmptyLesson title={t('backtest.empty')} text={t('backtest.empty.text')} />
      ) : (
        <>
          <BacktestGraph
            query={{ ...values, data: graph }}
            split={split}
            backtest={backtest.data}
          />
          <QueryView
            query={backtest}
            what={t('backtest.failed')}
            skeleton={<RowsSkeleton count={6} height={36} />}
          >
            {(answer) => (
              <div aria-busy={backtest.isPlaceholderData}>
                <BacktestTable backtest={answer} />
                <BacktestRemarks backtest={answer} />
                <PeriodTable backtest={answer} />
              </div>
            )}
          </QueryView>
          <DraftLint {...state} />
          <SaveRule expression={expression} forMs={state.forMs} />
          <p>
            <Link href={explorePath({ expressions: [split.expression], span })}>
              {t('alert.explore')}
            </Link>
            {name !== '' && (
              <>
                {' · '}
                <Link href={whyPath({ rule: name, group: state.group })}>
                  {t('why.rules.link')}
                </Link>
              </>
            )}
          </p>
        </>
      )}
    </PageLayout>
  );
}
