import type { SloDetail } from '@nines/contract';
import { Link } from 'wouter';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import { describeObjective } from './headline.ts';
import { ObjectiveView } from './objective-view.tsx';
import { useObjective } from './use-objectives.ts';

/** How much may still go wrong, and where did it go? */
export function ObjectivePage({ name }: { readonly name: string }) {
  const query = useObjective(name);
  const { data } = query;
  return (
    <PageLayout
      title={data?.slo.displayName ?? t('nav.objectives')}
      sentence={
        data === undefined ? (
          waitingSentence(query.error, t('objective.loading'))
        ) : (
          <Headline detail={data} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('objective.failed')}
        skeleton={<RowsSkeleton count={4} height={120} />}
      >
        {(detail) => <ObjectiveView detail={detail} />}
      </QueryView>
      <p>
        <Link href="/objectives">{t('objective.back')}</Link>
      </p>
    </PageLayout>
  );
}

const MINUTE_MS = 60_000;

function Headline({ detail }: { readonly detail: SloDetail }) {
  const nowMs = useClockValue((now) => Math.floor(now / MINUTE_MS) * MINUTE_MS);
  return <SentenceText parts={describeObjective(detail.slo, nowMs)} />;
}
