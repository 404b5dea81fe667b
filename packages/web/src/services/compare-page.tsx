import { Link } from 'wouter';
import { servicePath } from '../chips/service-path.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { describeComparison } from './compare-headline.ts';
import { CompareTable } from './compare-table.tsx';
import { CompareToolbar } from './compare-toolbar.tsx';
import { useComparison } from './use-comparison.ts';

/** What became different: after a deploy, or in one group of instances? */
export function ComparePage({ name }: { readonly name: string }) {
  const { query, state, setState } = useComparison(name);
  return (
    <PageLayout
      title={t('compare.title', { name })}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('compare.loading'))
        ) : (
          <SentenceText parts={describeComparison(query.data)} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('compare.failed')}
        skeleton={<RowsSkeleton count={6} height={36} />}
      >
        {(answer) => (
          <>
            <CompareToolbar
              answer={answer}
              state={state}
              onChange={(next) => setState(next, { isStep: true })}
            />
            {answer.comparison === null ? (
              <EmptyLesson title={t('compare.none')} text={t(`compare.none.${state.mode}`)} />
            ) : (
              <CompareTable comparison={answer.comparison} nowMs={answer.now} />
            )}
          </>
        )}
      </QueryView>
      <p>
        <Link href={servicePath(name)}>← {name}</Link>
      </p>
    </PageLayout>
  );
}
