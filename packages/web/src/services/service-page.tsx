import { Link } from 'wouter';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { SentenceText } from '../kit/sentence-text.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { describeService } from './headline.ts';
import { ServiceView } from './service-view.tsx';
import { useService } from './use-service.ts';

/** Is this service well? */
export function ServicePage({ name }: { readonly name: string }) {
  const { signals, summary } = useService(name);
  return (
    <PageLayout
      title={name}
      sentence={
        signals.data === undefined ? (
          waitingSentence(signals.error, t('service.loading'))
        ) : (
          <SentenceText parts={describeService(signals.data, summary)} />
        )
      }
    >
      <QueryView
        query={signals}
        what={t('service.failed')}
        skeleton={<RowsSkeleton count={3} height={220} />}
      >
        {(data) => <ServiceView signals={data} summary={summary} />}
      </QueryView>
      <p>
        <Link href="/services">{t('service.back')}</Link>
      </p>
    </PageLayout>
  );
}
