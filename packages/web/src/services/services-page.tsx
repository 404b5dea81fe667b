import type { ServiceList } from '@nines/contract';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { CatalogueFilters } from './catalogue-filters.tsx';
import {
  type CatalogueFilter,
  filterServices,
  formatCatalogueFilter,
  parseCatalogueFilter,
} from './catalogue-filter.ts';
import { CatalogueTable } from './catalogue-table.tsx';
import { describeCatalogue } from './headline.ts';
import { NoServices } from './no-services.tsx';
import { Unowned } from './unowned.tsx';
import { useServiceList } from './use-service.ts';

/** What is scraped and owned by nobody, what is declared and not seen? */
export function ServicesPage() {
  const [filter, setFilter] = useUrlState(parseCatalogueFilter, formatCatalogueFilter);
  const query = useServiceList();
  return (
    <PageLayout
      title={t('nav.services')}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('services.loading'))
        ) : (
          <SentenceText parts={describeCatalogue(query.data)} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('services.failed')}
        skeleton={<RowsSkeleton count={6} height={52} />}
      >
        {(list) => <Catalogue list={list} filter={filter} onChange={setFilter} />}
      </QueryView>
    </PageLayout>
  );
}

function Catalogue(props: {
  readonly list: ServiceList;
  readonly filter: CatalogueFilter;
  readonly onChange: (filter: CatalogueFilter) => void;
}) {
  const { services } = props.list;
  if (services.length === 0) return <NoServices isFiltered={false} />;
  const found = filterServices(services, props.filter);
  return (
    <>
      <CatalogueFilters services={services} filter={props.filter} onChange={props.onChange} />
      {found.length === 0 ? <NoServices isFiltered /> : <CatalogueTable services={found} />}
      <Unowned services={found} />
    </>
  );
}
