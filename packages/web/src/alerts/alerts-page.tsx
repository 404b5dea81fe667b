import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { formatFilter, parseFilter } from './alert-filter.ts';
import { AlertFilters } from './alert-filters.tsx';
import { AlertListView } from './alert-list-view.tsx';
import { describeCounts } from './headline.ts';
import { useAlerts } from './use-alerts.ts';

/** What is wrong, and what was? */
export function AlertsPage() {
  const [filter, setFilter] = useUrlState(parseFilter, formatFilter);
  const query = useAlerts(filter);
  const counts = query.data?.pages[0]?.counts;
  const { fetchNextPage, isFetching, isFetchNextPageError } = query;
  const more = () => {
    if (!isFetching && !isFetchNextPageError) void fetchNextPage();
  };
  return (
    <PageLayout
      title={t('nav.alerts')}
      sentence={
        counts === undefined ? (
          waitingSentence(query.error, t('alerts.loading'))
        ) : (
          <SentenceText parts={describeCounts(counts)} />
        )
      }
    >
      <AlertFilters filter={filter} onChange={setFilter} />
      <QueryView
        query={query}
        what={t('alerts.failed')}
        skeleton={<RowsSkeleton count={8} height={54} />}
      >
        {({ pages }) => (
          <AlertListView
            alerts={pages.flatMap(({ alerts }) => alerts)}
            filter={filter}
            more={query.hasNextPage ? more : undefined}
          />
        )}
      </QueryView>
    </PageLayout>
  );
}
