import type { Explanation } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { backtestPath } from '../backtest/backtest-state.ts';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView, waitingSentence } from '../kit/query-view.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { useUrlState } from '../kit/use-url-state.ts';
import { RuleLint } from '../lint/rule-lint.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { ProbationPanel } from '../rules/probation-panel.tsx';
import { RuleAlerts } from './rule-alerts.tsx';
import { RuleTable } from './rule-table.tsx';
import { whyQuery } from './why-queries.ts';
import { formatWhy, parseWhy, whyPath, type WhyState } from './why-state.ts';
import { WhyView } from './why-view.tsx';
import { describeReason } from './why-words.ts';

/** Why did this rule not fire? */
export function WhyPage() {
  const [state] = useUrlState(parseWhy, formatWhy);
  return state.rule === '' ? <RuleTable /> : <RulePage state={state} />;
}

function RulePage({ state }: { readonly state: WhyState }) {
  const { client } = useServices();
  const { rule, group, atMs } = state;
  const subject = { rule, ...(group === '' ? {} : { group }) };
  const asked = { ...subject, ...(atMs === undefined ? {} : { at: atMs }) };
  const query = useQuery(whyQuery(client, asked, atMs === undefined));
  const { data } = query;
  return (
    <PageLayout
      title={t('why.rule.title', { name: rule })}
      sentence={
        data === undefined ? (
          waitingSentence(query.error, t('why.loading'))
        ) : (
          <>
            {rule}. {firstSentence(data)}
          </>
        )
      }
    >
      <QueryView
        query={query}
        what={t('why.failed')}
        skeleton={<RowsSkeleton count={4} height={80} />}
      >
        {(explanation) => (
          <>
            {explanation.rule !== null && (
              <ProbationPanel rule={rule} group={explanation.rule.group} />
            )}
            <WhyView
              isTold
              explanation={explanation}
              output={explanation.route?.output ?? 'ticket'}
            />
            <RuleAlerts explanation={explanation} />
            {explanation.rule !== null && (
              <RuleLint rule={explanation.rule.name} group={explanation.rule.group} />
            )}
          </>
        )}
      </QueryView>
      <p>
        <Link href={whyPath({})}>{t('why.back')}</Link>
        {data !== undefined && data.rule !== null && (
          <>
            {' · '}
            <Link href={backtestPath(data.rule)}>{t('backtest.link')}</Link>
          </>
        )}
        {atMs !== undefined && (
          <>
            {' · '}
            <Link href={whyPath({ rule, group })}>{t('why.now')}</Link>
          </>
        )}
      </p>
    </PageLayout>
  );
}

function firstSentence({ reasons, at }: Explanation): string {
  return reasons.flatMap((reason) => describeReason(reason, at))[0] ?? '';
}
