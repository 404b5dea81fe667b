/** Explains one rule: which alerts it has, or why it has none. */
import type { Explanation, WhyCause, WhyReason } from '@nines/contract';
import { candidateInForce, meansItsRange, type RuleInForce } from '../backtests/index.ts';
import type { MatrixSeries } from '../promql/index.ts';
import {
  type AlertInstance,
  type AlertTransition,
  type EvaluateHistory,
  latestSlotMs,
} from '../rules/index.ts';
import {
  createLabels,
  createMatcher,
  type Labels,
  labelsRecord,
  METRIC_NAME,
} from '../series/index.ts';
import { boundOf, describeMeasured, explainCondition } from './condition.ts';
import { listEvaluations, planLast, stateOfRule } from './evaluations.ts';
import { formatRange } from './last-seen.ts';
import { ACTIVE_SHOWN, SEARCHED_MS, TRANSITIONS_SHOWN } from './limits.ts';
import { firesAtOf, reasonOfActive, reasonsOfHealth, timesOf } from './reasons.ts';
import type { Inquiry } from './inquiry.ts';
import { sortTimers, viewRule } from './views.ts';

/** Explains it as of the time that was asked for, else as of now. */
export async function explainRule(inForce: RuleInForce, inquiry: Inquiry): Promise<Explanation> {
  const { rule, group } = inForce;
  const { nowMs, options } = inquiry;
  const times = timesOf(inForce);
  const isNow = inquiry.atMs === undefined;
  const at = latestSlotMs(times.cadence, inquiry.atMs ?? nowMs);
  const timeMs = at - group.queryOffsetMs;
  const { parts, causes } = await explainCondition(rule.expression, inquiry, {
    timeMs,
    isOwn: () => true,
  });
  const replayed = await replay(inForce, inquiry, at);
  const active = isNow ? rule.alerts : replayed.active;
  const found = reasonOfActive(active, times);
  const health = isNow ? reasonsOfHealth(inForce, nowMs) : [];
  const answer = found ?? (await explainSilence(inForce, inquiry, { atMs: at, replayed }));
  const timers = { kind: 'evaluation', at: group.nextEvaluationAt, step: null } as const;
  const fires =
    found?.kind === 'active' && found.firesAt !== null
      ? [{ kind: 'for' as const, at: found.firesAt, step: null, channels: [] }]
      : [];
  return {
    now: nowMs,
    at,
    name: rule.name,
    alertId: null,
    labels: Object.fromEntries(rule.labels),
    rule: viewRule(inForce),
    reasons: [...health, answer],
    causes,
    parts,
    measured: describeMeasured(rule.expression),
    evaluations: [...replayed.evaluations],
    skippedCount: 0,
    evaluationError: replayed.error,
    active: active
      .toSorted((a, b) =>
        a.state === b.state ? a.activeAtMs - b.activeAtMs : a.state === 'firing' ? -1 : 1,
      )
      .slice(0, ACTIVE_SHOWN)
      .map((alert) => ({
        alertId:
          (isNow ? options.alerts.findOpenId(alert.ruleKey, alert.fingerprint) : undefined) ?? null,
        labels: labelsRecord(alert.labels),
        state: alert.state === 'firing' ? 'firing' : 'pending',
        activeAt: alert.activeAtMs,
        firesAt: alert.state === 'firing' ? null : firesAtOf(alert.activeAtMs, times),
      })),
    transitions: replayed.transitions.slice(-TRANSITIONS_SHOWN).map(viewTransition),
    route: options.alerts.previewRoute(
      likelyLabels(inForce, active, causes),
      Object.fromEntries(rule.annotations),
    ),
    timers: isNow ? sortTimers([{ ...timers, channels: [] }, ...fires], nowMs) : [],
    deliveries: [],
  };
}

const KINDS = {
  pending: 'alert.pending',
  firing: 'alert.fired',
  resolved: 'alert.ended',
  dropped: 'alert.dropped',
  kept: 'alert.kept',
} as const;

function viewTransition({
  atMs,
  kind,
  reason,
  alert,
}: AlertTransition): Explanation['transitions'][number] {
  return { at: atMs, kind: KINDS[kind], reason, labels: labelsRecord(alert.labels) };
}

interface Replayed {
  readonly evaluations: Explanation['evaluations'];
  readonly transitions: readonly AlertTransition[];
  readonly active: readonly AlertInstance[];
  readonly error: string | null;
}

/** Replays the rule over the instants that are listed. */
async function replay(inForce: RuleInForce, inquiry: Inquiry, atMs: number): Promise<Replayed> {
  const { ask, options } = inquiry;
  const candidate = candidateInForce(inForce);
  const { rule, intervalMs, offsetMs, queryOffsetMs } = candidate;
  const cadence = { intervalMs, offsetMs };
  const { windows } = planLast(cadence, atMs);
  const [{ fromMs, toMs, stepMs }] = windows;
  const matches: MatrixSeries[] = [];
  const transitions: AlertTransition[] = [];
  const evaluate: EvaluateHistory = async (text, instants) => {
    const answer = await ask.over(text, instants);
    if (answer.kind === 'failed') return { kind: 'failed', message: answer.reason };
    matches.push(...answer.series);
    return { kind: 'elements', elements: answer.series };
  };
  const outcome = await options.backtestRule({
    ...candidate,
    fromMs,
    toMs: toMs + 1,
    cadence,
    groupName: inForce.group.name,
    evaluate,
    ...(meansItsRange(rule.expression) ? { instantsAtOnce: 1 } : {}),
    externalLabels: options.externalLabels(),
    externalUrl: options.externalUrl,
    onTransition: (transition) => transitions.push(transition),
    pause: options.pause,
  });
  const measured = describeMeasured(rule.expression);
  const asked =
    measured === null
      ? undefined
      : await ask.over(measured.text, {
          fromMs: fromMs - queryOffsetMs,
          toMs: toMs - queryOffsetMs,
          stepMs,
        });
  const evaluations = listEvaluations({
    windows,
    queryOffsetMs,
    matches,
    measured: asked?.kind === 'series' ? asked.series : undefined,
    bound: boundOf(measured),
    stateAt: stateOfRule(transitions),
  });
  const listed = transitions.filter((one) => one.atMs >= fromMs);
  const active = [...outcome.active.values()];
  return {
    evaluations: [...evaluations],
    transitions: listed,
    active,
    error: outcome.failure ?? null,
  };
}

/** Since when nothing has matched. */
async function explainSilence(
  { rule }: RuleInForce,
  { ask }: Inquiry,
  { atMs, replayed }: { readonly atMs: number; readonly replayed: Replayed },
): Promise<WhyReason> {
  const last = replayed.evaluations.findLast(({ matchCount }) => matchCount > 0)?.at;
  const shownMs = atMs - (replayed.evaluations[0]?.at ?? atMs);
  if (last !== undefined) return { kind: 'noMatch', lastMatchedAt: last, searchedMs: shownMs };
  // What rules wrote of their alerts tells it for as long as samples are kept, at little cost.
  const pairs = [[METRIC_NAME, 'ALERTS'], ['alertname', rule.name], ...rule.labels] as const;
  const fixed = pairs.filter(([, text]) => !text.includes('{{') && text !== '');
  const matchers = fixed.map(([name, value]) => createMatcher(name, '=', value));
  const span = { start: 0, end: 0 };
  const selector = {
    ...({ type: 'vectorSelector', name: '', matchers, offset: undefined, at: undefined } as const),
    extension: undefined,
    span,
  };
  let searchedMs = shownMs;
  for (const rangeMs of SEARCHED_MS) {
    const answer = await ask.at(
      `max(ts_of_last_over_time(${formatRange(selector, rangeMs)}))`,
      atMs,
    );
    if (answer.kind === 'failed') break;
    searchedMs = Math.max(searchedMs, rangeMs);
    const seconds = answer.series[0]?.values[0];
    if (seconds !== undefined) {
      return { kind: 'noMatch', lastMatchedAt: Math.round(seconds * 1000), searchedMs };
    }
  }
  return { kind: 'noMatch', lastMatchedAt: null, searchedMs };
}

/** The labels that an alert of the rule has, or most likely would have. */
function likelyLabels(
  { rule }: RuleInForce,
  active: readonly AlertInstance[],
  causes: readonly WhyCause[],
): Labels {
  const [first] = active;
  if (first !== undefined) return first.labels;
  const known = causes.find((cause) => 'labels' in cause && Object.keys(cause.labels).length > 0);
  const { [METRIC_NAME]: _, ...labels } =
    known !== undefined && 'labels' in known ? known.labels : {};
  return createLabels({ ...labels, ...Object.fromEntries(rule.labels), alertname: rule.name });
}
