import type { AlertSummary } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { whyQuery } from './why-queries.ts';
import { whyPath } from './why-state.ts';
import { WhyView } from './why-view.tsx';

/** Why an alert is there, or why it ended. */
export function WhySection({ alert }: { readonly alert: AlertSummary }) {
  const { client } = useServices();
  const query = useQuery(whyQuery(client, { alert: alert.id }, alert.state !== 'resolved'));
  const rule = query.data?.rule ?? null;
  return (
    <Section
      title={t('why.title')}
      note={
        rule === null ? undefined : (
          <Link href={whyPath({ rule: rule.name, group: rule.group })}>{t('why.toRule')}</Link>
        )
      }
    >
      <QueryView
        query={query}
        what={t('why.failed')}
        skeleton={<RowsSkeleton count={2} height={80} />}
      >
        {(explanation) => <WhyView explanation={explanation} output={alert.output} />}
      </QueryView>
    </Section>
  );
}
