/**
 * The ordinary alerting rules that an objective becomes: one for pages, one for tickets.
 *
 * Of a pair of windows both must burn too fast: the long one says that it matters, the short one
 * that it still goes on. All pairs of an output are one condition, since one fault is one alert,
 * however many pairs notice it: the Workbook joins them with `or` (chapter 5), and so does Sloth.
 * A page is news enough, so the ticket is silent while the page's condition holds.
 *
 * The value is the burn rate over the long window of the pair that burns fastest. Where nothing is
 * measured any more, which is what a service that is down for good looks like, the last ratio holds
 * for as long as the long window (an hour at most): "we do not know" must not read as "it is over".
 */
import { formatDuration } from '../platform/index.ts';
import type { AlertRule, GroupView, RuleGroup } from '../rules/index.ts';
import { allowedRatio, burnRateThreshold, holdMsOf } from './burn-rate.ts';
import { ERROR_RATIO } from './gauges.ts';
import { TICK_MS } from './limits.ts';
import type { BurnRateAlert, Slo } from './model.ts';
import { nominalMs } from './time-window.ts';

export const ALERT_NAME = 'SloBurnRate';
/** Twenty evaluations within the shortest window, between these. */
const INTERVAL_MS_MAX = 30_000;

type AlertOutput = BurnRateAlert['output'];
const OUTPUTS: readonly AlertOutput[] = ['page', 'ticket'];

/** Makes the annotations of an alert of this output. */
export type Annotate = (of: {
  readonly output: AlertOutput;
  /** What its expression gave: the burn rate. */
  readonly value: number;
  /** The instant of the evaluation. */
  readonly nowMs: number;
}) => Readonly<Record<string, string>>;

/** The rules of an objective; undefined: it has no alerts. */
export function createRuleGroup(slo: Slo, annotate: Annotate): RuleGroup | undefined {
  const outputs = OUTPUTS.filter((output) => slo.alerts.some((alert) => alert.output === output));
  if (outputs.length === 0) return undefined;
  const shortestMs = Math.min(...slo.alerts.map(({ shortMs }) => shortMs));
  return {
    file: slo.place.file,
    name: groupNameOf(slo),
    intervalMs: Math.min(INTERVAL_MS_MAX, Math.max(TICK_MS, Math.round(shortestMs / 20))),
    // What it asks for is written for now, by Nines itself.
    queryOffsetMs: 0,
    limit: 0,
    labels: [],
    rules: outputs.map((output) => createRule(slo, output, annotate)),
  };
}

/** Whether an objective's alert of this output fires. */
export function isOutputFiring(
  slo: Slo,
  output: AlertOutput,
  groups: ReadonlyMap<string, GroupView>,
): boolean {
  const rules = groups.get(groupNameOf(slo))?.rules ?? [];
  return rules.some(
    ({ state, labels }) =>
      state === 'firing' && labels.some(([name, value]) => name === 'severity' && value === output),
  );
}

function groupNameOf({ name }: Slo): string {
  return `slo/${name}`;
}

function createRule(slo: Slo, output: AlertOutput, annotate: Annotate): AlertRule {
  const hasPage = slo.alerts.some((alert) => alert.output === 'page');
  const condition = conditionText(slo, output);
  return {
    kind: 'alert',
    name: ALERT_NAME,
    expression:
      output === 'ticket' && hasPage
        ? `${condition} unless ${conditionText(slo, 'page')}`
        : condition,
    labels: [
      ['service', slo.service],
      ['severity', output],
      ['slo', slo.name],
    ],
    annotations: [],
    annotate: ({ value }, nowMs) => annotate({ output, value, nowMs }),
    forMs: 0,
    keepFiringForMs: 0,
    place: slo.place,
  };
}

/** The fastest burn rate among the pairs of windows that hold; one element without a window. */
function conditionText(slo: Slo, output: AlertOutput): string {
  const pairs = slo.alerts.filter((alert) => alert.output === output);
  return `max by (slo) (${pairs.map((pair) => pairText(slo, pair)).join(' or ')})`;
}

function pairText(slo: Slo, pair: BurnRateAlert): string {
  const threshold = burnRateThreshold(pair, nominalMs(slo.window));
  const long = burnRateText(slo, pair.longMs, pair);
  const short = burnRateText(slo, pair.shortMs, pair);
  return `(${long} > ${threshold} and ignoring(window) ${short} > ${threshold})`;
}

function burnRateText(slo: Slo, windowMs: number, pair: BurnRateAlert): string {
  const selector = `${ERROR_RATIO}{slo="${slo.name}",window="${formatDuration(windowMs)}"}`;
  const hold = formatDuration(holdMsOf(pair));
  return `last_over_time(${selector}[${hold}]) / ${allowedRatio(slo.objective)}`;
}
