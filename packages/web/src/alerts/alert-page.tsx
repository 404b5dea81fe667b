import type { AlertDetail } from '@nines/contract';
import { Link } from 'wouter';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import { AlertView } from './alert-view.tsx';
import { describeAlert } from './headline.ts';
import { useAlert } from './use-alert.ts';

/** What, since when, how bad, what now? */
export function AlertPage({ id }: { readonly id: string }) {
  const query = useAlert(id);
  const { data } = query;
  return (
    <PageLayout
      title={data?.alert.summary ?? t('nav.alerts')}
      sentence={
        data === undefined ? (
          waitingSentence(query.error, t('alert.loading'))
        ) : (
          <Headline detail={data} />
        )
      }
    >
      <QueryView
        query={query}
        what={t('alert.failed')}
        skeleton={<RowsSkeleton count={4} height={120} />}
      >
        {(detail) => <AlertView detail={detail} />}
      </QueryView>
      <p>
        <Link href="/alerts">{t('alert.back')}</Link>
      </p>
    </PageLayout>
  );
}

const SECOND_MS = 1000;

function Headline({ detail }: { readonly detail: AlertDetail }) {
  // Whole seconds: the sentence counts them while an alert is younger than a minute.
  const nowMs = useClockValue((now) => Math.floor(now / SECOND_MS) * SECOND_MS);
  return <SentenceText parts={describeAlert(detail, nowMs)} />;
}
