import type { Explanation, Output, WhyEvaluation } from '@nines/contract';
import { formatCount } from '../format/number.ts';
import { Link } from 'wouter';
import { viewerTime } from '../format/time.ts';
import { At } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import { heightsOf, nameState } from './evaluations.ts';
import styles from './why.module.css';
import { whyPath } from './why-state.ts';
import { nameValue } from './why-words.ts';

/** What was measured at each evaluation, with the state that followed. */
export function EvaluationStrip(props: {
  readonly explanation: Explanation;
  readonly output: Output;
}) {
  const { explanation, output } = props;
  const { evaluations, evaluationError, skippedCount, measured } = explanation;
  if (evaluationError !== null) {
    return <p>{t('why.evaluations.failed', { error: evaluationError })}</p>;
  }
  const [first] = evaluations;
  const last = evaluations.at(-1);
  if (first === undefined || last === undefined) return null;
  return (
    <figure className={styles.evaluations} aria-label={describeEvaluations(explanation)}>
      <figcaption>
        <b>{t('why.measured')}</b>
        {measured !== null && (
          <span>
            {t('why.measured.limit', {
              operator: measured.operator,
              limit: nameValue(measured.limit),
            })}
          </span>
        )}
      </figcaption>
      <Bars explanation={explanation} output={output} />
      <div className={styles.ends}>
        <At at={first.at} />
        <At at={last.at} />
      </div>
      {skippedCount > 0 && (
        <p className={styles.hint}>{t('why.evaluations.skipped', { count: skippedCount })}</p>
      )}
      <details>
        <summary>{t('why.evaluations.list')}</summary>
        <EvaluationTable explanation={explanation} />
      </details>
    </figure>
  );
}

/** For who does not see the bars; the table has them one by one. */
function describeEvaluations({ evaluations, now }: Explanation): string {
  const count = (state: WhyEvaluation['state']): number =>
    evaluations.filter((one) => one.state === state).length;
  return t('why.evaluations.label', {
    count: evaluations.length,
    from: viewerTime.short(evaluations[0]?.at ?? now, now),
    to: viewerTime.short(evaluations.at(-1)?.at ?? now, now),
    pending: count('pending'),
    firing: count('firing'),
  });
}

function Bars(props: { readonly explanation: Explanation; readonly output: Output }) {
  const { evaluations, measured, rule } = props.explanation;
  // The clock of a group's grid is exact: more than one interval means that some are left out.
  const gapMs = rule?.intervalMs ?? Infinity;
  const { heights, limit } = heightsOf(evaluations, measured?.limit ?? null);
  return (
    <div className={styles.bars} aria-hidden="true">
      {evaluations.map(({ at, value, state }, index) => (
        <span
          key={at}
          data-state={state}
          data-level={props.output}
          data-gap={at - (evaluations[index - 1]?.at ?? at) > gapMs}
          title={`${viewerTime.clockSeconds(at)} · ${nameValue(value)} · ${nameState(state)}`}
        >
          <i style={{ height: `${heights[index] ?? 0}%` }} />
        </span>
      ))}
      {limit !== undefined && <hr style={{ bottom: `${limit}%` }} />}
    </div>
  );
}

/** The newest first; each leads to what the rule saw then. */
function EvaluationTable({ explanation }: { readonly explanation: Explanation }) {
  const { evaluations, rule } = explanation;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('why.column.at')}</th>
          <th scope="col">{t('why.column.value')}</th>
          <th scope="col">{t('why.column.matches')}</th>
          <th scope="col">{t('why.column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {evaluations.toReversed().map(({ at, value, matchCount, state }) => (
          <tr key={at}>
            <td>
              {rule === null ? (
                viewerTime.clockSeconds(at)
              ) : (
                <Link href={whyPath({ rule: rule.name, group: rule.group, atMs: at })}>
                  {viewerTime.clockSeconds(at)}
                </Link>
              )}
            </td>
            <td>{nameValue(value)}</td>
            <td>{formatCount(matchCount)}</td>
            <td>{nameState(state)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
