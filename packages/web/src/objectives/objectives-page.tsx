import type { SloList } from '@nines/contract';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { describeObjectives } from './headline.ts';
import { NoObjectives } from './no-objectives.tsx';
import {
  filterObjectives,
  formatObjectiveFilter,
  type ObjectiveFilter,
  parseObjectiveFilter,
} from './objective-filter.ts';
import { ObjectiveFilters } from './objective-filters.tsx';
import { ObjectiveTable } from './objective-table.tsx';
import { useObjectives } from './use-objectives.ts';

/** How much may still go wrong? */
export function ObjectivesPage() {
  const [filter, setFilter] = useUrlState(parseObjectiveFilter, formatObjectiveFilter);
  const query = useObjectives();
  return (
    <PageLayout
      title={t('nav.objectives')}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('objectives.loading'))
        ) : (
          <SentenceText parts={describeObjectives(query.data.slos, query.data.now)} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('objectives.failed')}
        skeleton={<RowsSkeleton count={8} height={54} />}
      >
        {(list) => <Objectives list={list} filter={filter} onChange={setFilter} />}
      </QueryView>
    </PageLayout>
  );
}

function Objectives(props: {
  readonly list: SloList;
  readonly filter: ObjectiveFilter;
  readonly onChange: (filter: ObjectiveFilter) => void;
}) {
  const { slos } = props.list;
  if (slos.length === 0) return <NoObjectives isFiltered={false} />;
  const found = filterObjectives(slos, props.filter);
  return (
    <>
      <ObjectiveFilters slos={slos} filter={props.filter} onChange={props.onChange} />
      {found.length === 0 ? <NoObjectives isFiltered /> : <ObjectiveTable slos={found} />}
    </>
  );
}
