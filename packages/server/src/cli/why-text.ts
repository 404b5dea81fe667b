/** An explanation as people read it in a terminal. */
import type {
  Explanation,
  WhyCause,
  WhyEvaluation,
  WhyPart,
  WhyReason,
  WhyRoute,
  WhyTimer,
} from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { formatTable } from './table.ts';

/** Evaluations that are listed; those between changes say nothing new. */
const EVALUATIONS_SHOWN = 12;
const ACTIVE_SHOWN = 10;

/** Writes an explanation: the answer first, then what it rests on, then what happens next. */
export function formatExplanation(explanation: Explanation): string {
  const { name, alertId, at, reasons, causes, labels } = explanation;
  const subject = alertId === null ? `rule ${name}` : `${alertId}  ${name}`;
  const parts = [
    `${subject} ${formatLabels(labels)}\nas of ${formatTime(at)}\n`,
    [...reasons.map((one) => describeReason(one, at)), ...causes.map(describeCause)]
      .map((one) => `${one}\n`)
      .join(''),
    formatActive(explanation),
    formatParts(explanation),
    formatEvaluations(explanation),
    formatTransitions(explanation),
    formatRoute(explanation.route),
    formatTimers(explanation),
    formatDeliveries(explanation),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function describeReason(reason: WhyReason, nowMs: number): string {
  switch (reason.kind) {
    case 'firing':
      return reason.forMs === 0
        ? `firing since ${formatTime(reason.firedAt)}: the rule has no \`for\``
        : `firing since ${formatTime(reason.firedAt)}: the condition held for ${formatDuration(reason.forMs)} from ${formatTime(reason.activeAt)} on`;
    case 'kept':
      return `kept firing: the condition has not held since ${formatTime(reason.since)}, and \`keep_firing_for\` lasts until ${formatTime(reason.untilMs)}`;
    case 'pending':
      return `pending since ${formatTime(reason.activeAt)}: \`for\` has ${formatLength(reason.leftMs)} to go; it fires at ${formatTime(reason.firesAt)} if the condition holds until then`;
    case 'ended':
      return reason.hasFired
        ? `over: the condition ended at ${formatTime(reason.at)}`
        : `never fired: the condition ended at ${formatTime(reason.at)}, before \`for\` was over`;
    case 'resolved':
      return `over: ${reason.by} resolved it at ${formatTime(reason.at)}`;
    case 'silenced':
      return `silenced by ${reason.by} until ${formatTime(reason.untilMs)}: ${reason.comment}`;
    case 'notYet':
      return `not there yet: the condition began to hold at ${formatTime(reason.activeAt)}`;
    case 'origin':
      return describeOrigin(reason);
    case 'noRule':
      return 'its rule is not in force any more, so its condition cannot be looked at';
    case 'active':
      return describeActive(reason, nowMs);
    case 'notEvaluated':
      return `not evaluated since the server started; its group is next at ${formatTime(reason.nextAt)}`;
    case 'late':
      return `not evaluated since ${formatTime(reason.lastAt)}: its group should be every ${formatDuration(reason.intervalMs)}, and took ${formatLength(reason.durationMs)} then`;
    case 'failing':
      return `its evaluation fails, so its alerts stay as they are: ${reason.error}`;
    case 'noMatch':
      return reason.lastMatchedAt === null
        ? `no alert: no series has matched within the last ${formatDuration(reason.searchedMs)}`
        : `no alert: no series has matched since ${formatTime(reason.lastMatchedAt)}`;
    case 'differs':
      return `the stored samples do not match at ${reason.count} of the evaluations at which it was active: samples came late or were deleted, or the rule was another one then`;
  }
}

function describeOrigin({ origin, sender }: WhyReason & { kind: 'origin' }): string {
  switch (origin) {
    case 'external':
      return `${sender ?? 'another server'} says so; its condition is known there`;
    case 'self':
      return 'Nines says so about itself; no rule stands behind it';
    case 'test':
      return 'it is a test that somebody asked for';
    case 'sample':
      return 'it belongs to the sample week and never happened';
    case 'rule':
      return 'a rule found it';
  }
}

function describeActive(reason: WhyReason & { kind: 'active' }, nowMs: number): string {
  const { firingCount, pendingCount, firesAt } = reason;
  const counts = [
    ...(firingCount > 0 ? [`${firingCount} firing`] : []),
    ...(pendingCount > 0 ? [`${pendingCount} pending`] : []),
  ].join(', ');
  if (firesAt === null) return counts;
  const left = formatLength(firesAt - nowMs);
  return `${counts}; \`for\` of the first has ${left} to go: it fires at ${formatTime(firesAt)}`;
}

function describeCause(cause: WhyCause): string {
  switch (cause.kind) {
    case 'limit':
      return describeLimit(cause);
    case 'values':
      return `${formatValue(cause.left)} is not ${cause.operator} ${formatValue(cause.right)} for ${formatLabels(cause.labels)} in  ${cause.part}`;
    case 'partner':
      return `\`${cause.operator}\` finds no series with the same labels on both sides (${cause.leftCount} left, ${cause.rightCount} right) in  ${cause.part}`;
    case 'excluded':
      return `\`unless\` takes all ${cause.seriesCount} series away, because of  ${cause.by}`;
    case 'present':
      return `nothing is absent: there are ${cause.seriesCount} series of  ${cause.operand}`;
    case 'window':
      return `${cause.seriesCount} series have samples within the range, but too few of them for  ${cause.part}`;
    case 'operator':
      return `nothing is left of ${cause.seriesCount} series after  ${cause.part}`;
    case 'noSamples':
      return describeNoSamples(cause);
    case 'otherLabels':
      return describeOtherLabels(cause);
    case 'unknown':
      return `cannot evaluate  ${cause.part}: ${cause.reason}`;
  }
}

function describeLimit(cause: WhyCause & { kind: 'limit' }): string {
  const { value, operator, limit, labels, seriesCount } = cause;
  const among = seriesCount === 1 ? '' : `, the closest of ${seriesCount} series`;
  return `value ${formatValue(value)} is not ${operator} ${formatValue(limit)}${among}: ${formatLabels(labels)}`;
}

function describeNoSamples(cause: WhyCause & { kind: 'noSamples' }): string {
  const { part, lastAt, target, searchedMs } = cause;
  if (lastAt === null) {
    const within = searchedMs === 0 ? '' : ` within the last ${formatDuration(searchedMs)}`;
    return `no samples of  ${part} ${within}`.trimEnd();
  }
  const from = target === null ? '' : ` from target ${target.instance} of job ${target.job}`;
  const error = target?.lastError ?? null;
  const why =
    target === null || target.health === 'up'
      ? ''
      : target.health === 'gone'
        ? ', which is not a target any more'
        : `, which is ${target.health}${error === null ? '' : `: ${error}`}`;
  return `no samples of  ${part} : last seen ${formatTime(lastAt)}${from}${why}`;
}

function describeOtherLabels(cause: WhyCause & { kind: 'otherLabels' }): string {
  const { part, metric, seriesCount, without } = cause;
  const hints = without.map((one) => `without ${one.matcher} there would be ${one.seriesCount}`);
  const tail = hints.length === 0 ? '' : `; ${hints.join(', ')}`;
  return `${seriesCount} series of ${metric}, but none is  ${part} ${tail}`.trimEnd();
}

function formatActive({ active }: Explanation): string {
  if (active.length === 0) return '';
  const rows = active
    .slice(0, ACTIVE_SHOWN)
    .map(({ state, activeAt, firesAt, labels, alertId }) => [
      state,
      formatTime(activeAt),
      firesAt === null ? '-' : formatTime(firesAt),
      alertId ?? '-',
      formatLabels(labels),
    ]);
  const more = active.length - rows.length;
  const rest = more > 0 ? `and ${more} more\n` : '';
  return formatTable([['STATE', 'SINCE', 'FIRES', 'ALERT', 'LABELS'], ...rows]) + rest;
}

function formatParts({ parts }: Explanation): string {
  if (parts.length === 0) return '';
  const rows = parts.map((part) => [
    part.isCause ? '>' : '',
    part.seriesCount === null ? '?' : String(part.seriesCount),
    formatSample(part),
    `${'  '.repeat(part.depth)}${part.text}`,
  ]);
  return formatTable([['', 'SERIES', 'VALUE', 'PART'], ...rows]);
}

function formatSample({ series, seriesCount }: WhyPart): string {
  const [first] = series;
  return first === undefined || seriesCount !== 1 ? '' : formatValue(first.value);
}

/** Those at which something changed, and the last ones. */
function formatEvaluations(explanation: Explanation): string {
  const { evaluations, evaluationError, skippedCount, measured } = explanation;
  if (evaluationError !== null) return `evaluations could not be replayed: ${evaluationError}\n`;
  if (evaluations.length === 0) return '';
  const isShown = (one: WhyEvaluation, index: number): boolean => {
    const before = evaluations[index - 1];
    const isChange =
      before?.state !== one.state || (before.matchCount === 0) !== (one.matchCount === 0);
    return isChange || index >= evaluations.length - 3;
  };
  const shown = evaluations.filter(isShown).slice(-EVALUATIONS_SHOWN);
  const rows = shown.map(({ at, value, matchCount, state }) => [
    formatTime(at),
    formatValue(value),
    String(matchCount),
    state,
  ]);
  const hidden = evaluations.length - rows.length + skippedCount;
  const what =
    measured === null ? 'VALUE' : `VALUE (${measured.operator} ${formatValue(measured.limit)})`;
  const rest = hidden > 0 ? `${hidden} evaluations alike are not listed\n` : '';
  return formatTable([['EVALUATION', what, 'MATCHES', 'STATE'], ...rows]) + rest;
}

function formatTransitions({ transitions, alertId }: Explanation): string {
  if (transitions.length === 0) return '';
  const lines = transitions.map(({ at, kind, reason, labels }) => {
    const whose = alertId === null ? `  ${formatLabels(labels)}` : '';
    return `${formatTime(at)}  ${kind.replace('alert.', '')}  ${reason}${whose}\n`;
  });
  return lines.join('');
}

function formatRoute(route: WhyRoute | null): string {
  if (route === null) return '';
  const { isTaken, output, policy, probation, steps, service, reason } = route;
  const whose = service === null ? 'no service' : `service ${service}`;
  const head = `${isTaken ? 'route' : 'an alert of it would be'}: ${output}, ${whose}`;
  if (policy === null) return `${head}: nobody is paged; ${reason}\n`;
  const lines = steps.map(({ step, channels, waitMs, beganAt, dueAt }) => {
    const when =
      beganAt !== null
        ? `began ${formatTime(beganAt)}`
        : dueAt !== null
          ? `begins ${formatTime(dueAt)} if nobody acknowledges`
          : isTaken
            ? 'not begun'
            : `waits ${formatDuration(waitMs)} for an acknowledgement`;
    return `  step ${step}: ${channels.join(', ')}, ${when}\n`;
  });
  const whom =
    probation === null
      ? `policy "${policy}"`
      : `on probation: only ${probation}, who wrote the rule, is paged`;
  return `${head}, ${whom}\n${lines.join('')}`;
}

const TIMERS: Readonly<Record<WhyTimer['kind'], string>> = {
  evaluation: 'its rule is evaluated',
  for: '`for` is over: it fires if the condition still holds',
  keep: '`keep_firing_for` is over: it resolves',
  step: 'nobody acknowledged: the next step begins',
  attempt: 'a page is tried again',
  silence: 'its silence is over: if it still fires, it pages from the first step on',
  recheck: 'it is reopened if its rule still fires',
};

function formatTimers({ timers, now }: Explanation): string {
  const lines = timers.map(({ kind, at, channels }) => {
    const to = channels.length === 0 ? '' : ` (${channels.join(', ')})`;
    return `in ${formatLength(at - now)}  ${formatTime(at)}  ${TIMERS[kind]}${to}\n`;
  });
  return lines.join('');
}

function formatDeliveries({ deliveries }: Explanation): string {
  return deliveries.map(({ at, reason }) => `${formatTime(at)}  ${reason}\n`).join('');
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...rest } = labels;
  const parts = Object.entries(rest)
    .filter(([label]) => label !== 'alertname')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${parts.join(', ')}}`;
}

function formatValue(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(6)));
}

function formatLength(lengthMs: number): string {
  return formatDuration(Math.max(0, Math.round(lengthMs / 1000)) * 1000);
}

function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
