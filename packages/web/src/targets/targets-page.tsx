import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { t } from '../messages/translate.ts';
import { ProbesSection } from './probes-section.tsx';
import { describeProbes, describeTargets } from './headline.ts';
import {
  filterDropped,
  filterProbes,
  formatTargetFilter,
  groupTargets,
  parseTargetFilter,
} from './target-filter.ts';
import { TargetFilters } from './target-filters.tsx';
import { TargetGroups } from './target-groups.tsx';
import { useProbes, useTargets } from './use-targets.ts';

/** Does everything answer that should? */
export function TargetsPage() {
  const [filter, setFilter] = useUrlState(parseTargetFilter, formatTargetFilter);
  const query = useTargets();
  const probes = useProbes();
  return (
    <PageLayout
      title={t('nav.targets')}
      sentence={
        query.data === undefined ? (
          waitingSentence(query.error, t('targets.loading'))
        ) : (
          <SentenceText parts={[...describeTargets(query.data), ...describeProbes(probes)]} />
        )
      }
    >
      <TargetFilters filter={filter} onChange={setFilter} />
      <ProbesSection probes={filterProbes(probes, filter)} />
      <QueryView
        query={query}
        what={t('targets.failed')}
        skeleton={<RowsSkeleton count={6} height={52} />}
      >
        {({ targets, dropped, droppedCount, shard }) => (
          <TargetGroups
            groups={groupTargets(targets, filter)}
            isEmpty={targets.length === 0 && droppedCount === 0}
            shard={shard}
            dropped={filterDropped(dropped, filter)}
            droppedCount={filter.health === 'all' ? droppedCount : 0}
          />
        )}
      </QueryView>
    </PageLayout>
  );
}
