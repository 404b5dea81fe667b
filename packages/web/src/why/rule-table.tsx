import type { LintFinding, RuleList } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { backtestPath } from '../backtest/backtest-state.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { PageLayout } from '../kit/page-layout.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SearchFilter } from '../kit/search-filter.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { Toolbar } from '../kit/toolbar.tsx';
import { FindingCounts } from '../lint/finding-counts.tsx';
import { lintInForceQuery } from '../lint/lint-queries.ts';
import { OtherLint } from '../lint/other-lint.tsx';
import { RuleQualitySection } from '../lint/rule-quality-section.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { nameState } from './evaluations.ts';
import styles from './why.module.css';
import { rulesQuery } from './why-queries.ts';
import { whyPath } from './why-state.ts';

/** The rules in force, each with a way to its reasons. */
export function RuleTable() {
  const { client } = useServices();
  const query = useQuery(rulesQuery(client));
  const { data: report } = useQuery(lintInForceQuery(client));
  const [wanted, setWanted] = useState('');
  return (
    <PageLayout title={t('why.rules.title')} sentence={t('why.rules.question')}>
      <QueryView
        query={query}
        what={t('why.failed')}
        skeleton={<RowsSkeleton count={8} height={40} />}
      >
        {({ rules }) =>
          rules.length === 0 ? (
            <EmptyLesson title={t('why.rules.none')} text={t('why.rules.none.text')} />
          ) : (
            <>
              <Toolbar>
                <SearchFilter label={t('why.rules.filter')} value={wanted} onChange={setWanted} />
                <Link href={backtestPath({})}>{t('why.rules.new')}</Link>
              </Toolbar>
              <Rows rules={filterRules(rules, wanted)} findings={report?.findings ?? []} />
              {report !== undefined && <OtherLint report={report} />}
              <RuleQualitySection />
            </>
          )
        }
      </QueryView>
    </PageLayout>
  );
}

type Rule = RuleList['rules'][number];

/** Those that are wanted: what fires or fails first, what is quiet last. */
function filterRules(rules: readonly Rule[], wanted: string): readonly Rule[] {
  const text = wanted.trim().toLowerCase();
  const rank = ({ state, error }: Rule): number =>
    error !== null ? 0 : state === 'firing' ? 1 : state === 'pending' ? 2 : 3;
  return rules
    .filter(({ name, group }) => `${group} ${name}`.toLowerCase().includes(text))
    .toSorted((a, b) => rank(a) - rank(b));
}

function Rows(props: {
  readonly rules: readonly Rule[];
  readonly findings: readonly LintFinding[];
}) {
  const { rules, findings } = props;
  if (rules.length === 0) return <p>{t('why.rules.noneFound')}</p>;
  return (
    <table className={styles.rules}>
      <thead>
        <tr>
          <th scope="col">{t('why.rules.rule')}</th>
          <th scope="col">{t('why.rules.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ name, group, expression, state, error, probation }) => (
          <tr key={`${group} ${name} ${expression}`}>
            <td>
              <Link href={whyPath({ rule: name, group })}>{name}</Link> <small>{group}</small>
              <code>{expression}</code>
              <FindingCounts
                findings={findings.filter((one) => one.rule === name && one.group === group)}
              />
            </td>
            <td>
              {error === null ? nameState(state) : t('why.state.failing')}
              {probation !== null && !probation.isOver && (
                <small className={styles.probation}>
                  {t('why.rules.probation', {
                    author: probation.author,
                    count: probation.firedCount,
                  })}
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
