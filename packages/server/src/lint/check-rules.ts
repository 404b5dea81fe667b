/** Rules beside others: twice the same, one name for two things, and what nobody reads. */
import type { Expr } from '../promql/index.ts';
import { RECORD_MS_MIN } from './limits.ts';
import { type CheckRule, type Finding, isAlert, type PlacedRule } from './model.ts';
import { metricsOf } from './selectors.ts';

/** The same rule a second time, here or among the rules in force. */
export const checkDuplicate: CheckRule = (placed, { index }) => {
  const field = placed.rule.kind;
  const base = { check: 'rule/duplicate', ...placed.placeOf(field), placed } as const;
  const consequence = consequenceOf(placed);
  const first = index.firstAlike(placed);
  if (first !== undefined && first !== placed) {
    const { file, line } = first.placeOf(field);
    const message = `the same rule stands at ${file}:${line}`;
    return [{ ...base, severity: 'error', message, ...consequence }];
  }
  const group = index.elsewhere(placed);
  if (group === undefined) return [];
  const message = `the same rule is in force in group "${group.name}" of ${group.file}`;
  return [{ ...base, severity: 'warning', message, ...consequence }];
};

function consequenceOf(placed: PlacedRule): Pick<Finding, 'reason' | 'advice'> {
  if (isAlert(placed)) {
    return { reason: 'one fault makes two alerts', advice: 'delete one of the two' };
  }
  return {
    reason: 'both write the same series, and one of the two values is lost',
    advice: 'delete one of the two, or give it a label of its own',
  };
}

/** One name for alerts that are about different things. */
export const checkName: CheckRule = (placed, { index }) => {
  if (!isAlert(placed)) return [];
  const first = index.firstNamed(placed.rule.name);
  if (first === undefined || first === placed) return [];
  // In one group they are most often the outputs of one condition: a page, and a ticket.
  if (first.group === placed.group || readsOf(first.expr) === readsOf(placed.expr)) return [];
  const { file, line } = first.placeOf('alert');
  return [
    {
      check: 'rule/name',
      severity: 'note',
      ...placed.placeOf('alert'),
      placed,
      message: `the alert at ${file}:${line} has this name too, and reads other metrics`,
      reason: 'silences, statistics and people take the two for one',
      advice: 'give it a name of its own; two limits of one condition may share theirs',
    },
  ];
};

/** Two limits of one condition read the same metrics. */
function readsOf(expr: Expr): string {
  return [...metricsOf(expr)].toSorted().join();
}

/** A recorded series that no rule, no query, no objective and no board reads. */
export const checkUnused: CheckRule = (placed, { index, facts }): readonly Finding[] => {
  const { rule } = placed;
  if (rule.kind !== 'record' || index.isRead(rule.name)) return [];
  const { server } = facts;
  // Without a server nobody knows who else reads it.
  if (server === undefined || server.isRead(rule.name)) return [];
  const recordedMs = facts.nowMs - (server.readSinceMs ?? facts.nowMs);
  if (recordedMs < RECORD_MS_MIN) return [];
  const days = Math.floor(recordedMs / 86_400_000);
  return [
    {
      check: 'rule/unused',
      severity: 'warning',
      ...placed.placeOf('record'),
      placed,
      subjects: [rule.name],
      message: `no rule, query, objective or board has read ${rule.name} within ${days} days`,
      reason: 'it is evaluated and stored for nobody',
      advice: 'delete it; if another system reads it over federation, silence this check',
    },
  ];
};
