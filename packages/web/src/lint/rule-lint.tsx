import type { LintReport } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { QueryView } from '../kit/query-view.tsx';
import { Section } from '../kit/section.tsx';
import { RowsSkeleton } from '../kit/skeletons.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { FindingList } from './finding-list.tsx';
import styles from './lint.module.css';
import { lintInForceQuery } from './lint-queries.ts';

/** What a lint says of one rule in force. */
export function RuleLint(props: { readonly rule: string; readonly group: string }) {
  const { client } = useServices();
  const query = useQuery(lintInForceQuery(client));
  const isOfRule = (one: { readonly rule: string | null; readonly group: string | null }) =>
    one.rule === props.rule && one.group === props.group;
  return (
    <Section title={t('lint.title')}>
      <QueryView
        query={query}
        what={t('lint.failed')}
        skeleton={<RowsSkeleton count={2} height={40} />}
      >
        {(report) => (
          <>
            <RuleCost report={report} {...props} />
            {report.findings.some(isOfRule) ? (
              <FindingList findings={report.findings.filter(isOfRule)} />
            ) : (
              <p>{t('lint.fine')}</p>
            )}
          </>
        )}
      </QueryView>
    </Section>
  );
}

function RuleCost(props: {
  readonly report: LintReport;
  readonly rule: string;
  readonly group: string;
}) {
  const found = props.report.rules.find(
    ({ name, group }) => name === props.rule && group === props.group,
  );
  if (found === undefined || found.readSamples === null) return null;
  const { seriesCount, readSamples, alertsMax } = found;
  // Without series there is a finding that says so.
  if (seriesCount === null || seriesCount === 0) return null;
  return (
    <p className={styles.cost}>
      {t('lint.reads', { series: String(seriesCount), samples: String(readSamples) })}{' '}
      {alertsMax !== null && alertsMax > 1 && t('lint.alertsMax', { alerts: String(alertsMax) })}
    </p>
  );
}
