/**
 * The ordinary alerting rules that an objective becomes.
 *
 * Both windows must burn too fast: the long one says that it matters, the short one that it still
 * goes on. The value is the burn rate. Where nothing is measured any more, which is what a service
 * that is down for good looks like, the last ratio holds for as long as the long window (an hour
 * at most): "we do not know" must not read as "it is over".
 */
import { formatDuration } from '../platform/index.ts';
import type { AlertRule, RuleGroup } from '../rules/index.ts';
import { allowedRatio, burnRateThreshold, formatPercent } from './burn-rate.ts';
import { BUDGET_LEFT, ERROR_RATIO } from './gauges.ts';
import { EVENTS, GOOD } from './ledger-series.ts';
import { HOLD_MS_MAX, TICK_MS } from './limits.ts';
import type { BurnRateAlert, Slo } from './model.ts';
import { nominalMs } from './time-window.ts';

export const ALERT_NAME = 'SloBurnRate';
/** Twenty evaluations within the shortest window, between these. */
const INTERVAL_MS_MAX = 30_000;

/** The name of an objective's group; its alerts stand in it in order. */
export function groupNameOf({ name }: Pick<Slo, 'name'>): string {
  return `slo/${name}`;
}

/** The rules of an objective; undefined: it has no alerts. */
export function createRuleGroup(slo: Slo): RuleGroup | undefined {
  if (slo.alerts.length === 0) return undefined;
  const shortestMs = Math.min(...slo.alerts.map(({ shortMs }) => shortMs));
  return {
    file: slo.place.file,
    name: groupNameOf(slo),
    intervalMs: Math.min(INTERVAL_MS_MAX, Math.max(TICK_MS, Math.round(shortestMs / 20))),
    queryOffsetMs: undefined,
    limit: 0,
    labels: [],
    rules: slo.alerts.map((alert) => createRule(slo, alert)),
  };
}

function createRule(slo: Slo, alert: BurnRateAlert): AlertRule {
  const { longMs, shortMs, output } = alert;
  const threshold = Number(burnRateThreshold(alert, nominalMs(slo.window)).toPrecision(12));
  const long = burnRateText(slo, longMs, alert);
  const short = burnRateText(slo, shortMs, alert);
  return {
    kind: 'alert',
    name: ALERT_NAME,
    expression: `${long} > ${threshold} and ignoring(window) ${short} > ${threshold}`,
    labels: [
      ['service', slo.service],
      ['severity', output],
      ['slo', slo.name],
      ['window', `${formatDuration(longMs)}/${formatDuration(shortMs)}`],
    ],
    annotations: [
      ['description', describe(slo, alert, long)],
      ['summary', summarize(slo)],
    ],
    forMs: 0,
    keepFiringForMs: 0,
    place: slo.place,
  };
}

function burnRateText(slo: Slo, windowMs: number, { longMs }: BurnRateAlert): string {
  const hold = formatDuration(Math.min(HOLD_MS_MAX, longMs));
  const selector = `${ERROR_RATIO}{slo="${slo.name}",window="${formatDuration(windowMs)}"}`;
  return `last_over_time(${selector}[${hold}]) / ${allowedRatio(slo.objective)}`;
}

function summarize(slo: Slo): string {
  return `${plain(slo.displayName)} is burning its ${budgetName(slo)} budget {{ $value | printf "%.3g" }}× too fast`;
}

/** What happened, what is left, and how long that lasts: in figures of the ledger. */
function describe(slo: Slo, alert: BurnRateAlert, long: string): string {
  const of = `{slo="${slo.name}",definition="${slo.definition}"}`;
  const span = formatDuration(alert.longMs);
  const since = (now: string): string =>
    `(${now}) - ((${now.replaceAll(of, `${of} offset ${span}`)}) or (${EVENTS}${of} - ${EVENTS}${of}))`;
  const bad = since(`${EVENTS}${of} - ${GOOD}${of}`);
  const total = since(`${EVENTS}${of} - 0`);
  const left = `${BUDGET_LEFT}{slo="${slo.name}"}`;
  const seconds = nominalMs(slo.window) / 1000;
  const lasts = `(${left} > 0) * ${seconds} / ignoring(window) (${long} > 1)`;
  return [
    figure(
      bad,
      'printf "%.0f"',
      `{} of ${figure(total, 'printf "%.0f"', '{}')} events failed within ${span}.`,
    ),
    figure(left, 'humanizePercentage', ` {} of the budget is left.`),
    figure(lasts, 'humanizeDuration', ' At this rate it is gone in {}.'),
    ` Objective: ${formatPercent(slo.objective)} of ${plain(slo.displayName)} good within ${windowName(slo)}.`,
  ].join('');
}

/** A sentence with a figure in it, where there is one. */
function figure(query: string, format: string, sentence: string): string {
  const value = `{{ . | first | value | ${format} }}`;
  return `{{ with query ${JSON.stringify(query)} }}${sentence.replace('{}', value)}{{ end }}`;
}

/** A name is text, and no template. */
function plain(text: string): string {
  return text.replaceAll('{{', '{ {');
}

function budgetName({ window }: Slo): string {
  if (window.kind === 'calendar') return 'calendar';
  const { durationMs } = window;
  if (durationMs % 86_400_000 === 0) return `${durationMs / 86_400_000}-day`;
  if (durationMs % 3_600_000 === 0) return `${durationMs / 3_600_000}-hour`;
  return `${Math.round(durationMs / 60_000)}-minute`;
}

function windowName({ window }: Slo): string {
  if (window.kind === 'rolling') return formatDuration(window.durationMs);
  return `calendar ${window.count} ${window.unit} in ${window.timeZone}`;
}
