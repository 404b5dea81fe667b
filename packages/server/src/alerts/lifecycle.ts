/**
 * The life of an alert, as functions of (file, event, now).
 *
 * Rules say whether a condition holds; people say that they have it, or that it is over. Where the
 * two disagree, the person is believed for five minutes and then the rule (docs/adr/0063).
 */
import { conflict, formatDuration } from '../platform/index.ts';
import { type AlertTransition, findProbation, formatDay } from '../rules/index.ts';
import { labelValue } from '../series/index.ts';
import { beginDraft, type DecisionContext, type Draft } from './draft.ts';
import { beginEscalation, escalateIfDue, stopEscalation } from './escalation.ts';
import { REOPEN_AFTER_MS } from './limits.ts';
import type { Alert, AlertFile, Change, Source } from './model.ts';
import { explainOutput } from './output.ts';
import { findStopReason, pullNearer, queueResolved } from './paging.ts';
import { probationPolicyName } from './policy.ts';
import { clockTime } from './sentences.ts';
import { reviewSilence } from './silencing.ts';

/** What a rule says of one of its instances. */
export type Transition = Pick<AlertTransition, 'kind' | 'atMs' | 'reason' | 'alert'>;

/** What the catalog says of a new alert, and its source. */
export interface Assignment {
  readonly source: Source;
  readonly service: string | undefined;
  readonly policy: string;
}

/** Opens the file of an instance that was quiet until now. */
export function openFile(
  transition: Transition,
  assignment: Assignment,
  context: DecisionContext,
): Change | undefined {
  if (transition.kind !== 'pending' && transition.kind !== 'firing') return undefined;
  const { ruleKey, fingerprint, labels, annotations, activeAtMs, value } = transition.alert;
  const { source, service, policy } = assignment;
  const alert: Alert = {
    id: context.newId('al'),
    origin: source.origin,
    sender: source.sender,
    ruleKey,
    fingerprint,
    name: labelValue(labels, 'alertname') || ruleKey,
    labels,
    annotations,
    output: source.output,
    service,
    policy,
    tags: [],
    state: 'pending',
    value: finite(value),
    activeAtMs,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    resolvedBy: undefined,
    acknowledgedAtMs: undefined,
    acknowledgedBy: undefined,
    silence: undefined,
    isRuleActive: true,
    expiresAfterMs: source.expiresAfterMs,
    keepFiringSinceMs: undefined,
    recheckAtMs: undefined,
    stepsBegun: 0,
    nextStepAtMs: undefined,
    historyCount: 0,
  };
  const draft = beginDraft({ alert, pages: [] }, context);
  const actor = source.requestedBy;
  if (actor !== undefined) {
    draft.note('alert.requested', `${actor} asked for it`, { actor, atMs: transition.atMs });
  }
  if (transition.kind === 'firing') fire(draft, transition);
  else draft.note('alert.pending', transition.reason);
  return draft.finish();
}

/** Takes note of what a rule says of an instance that has a file. */
export function applyTransition(
  file: AlertFile,
  transition: Transition,
  context: DecisionContext,
): Change | undefined {
  const draft = beginDraft(file, context);
  const { state } = file.alert;
  if (transition.kind === 'resolved' || transition.kind === 'dropped') {
    endByRule(draft, transition);
  } else if (transition.kind === 'kept') {
    // No entry: an expression that flaps would fill the history with what `keep_firing_for` hides.
    draft.setAlert({ keepFiringSinceMs: transition.alert.keepFiringSinceMs });
  } else if (state === 'pending' && transition.kind === 'firing') {
    fire(draft, transition);
  } else if (state !== 'resolved' && saysMore(file.alert, transition.alert)) {
    const { value, annotations } = transition.alert;
    draft.setAlert({ value: finite(value), annotations });
  }
  return draft.finish();
}

/** Whether something that people are shown is another thing than before. */
function saysMore(alert: Alert, { value, annotations }: Transition['alert']): boolean {
  return alert.value !== finite(value) || !isSameTexts(alert.annotations, annotations);
}

/** Whether two sets of annotations say the same. */
export function isSameTexts(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function fire(draft: Draft, transition: Transition): void {
  const { firedAtMs, value, annotations } = transition.alert;
  draft.setAlert({
    state: 'firing',
    firedAtMs: firedAtMs ?? transition.atMs,
    value: finite(value),
    annotations,
  });
  draft.note('alert.fired', transition.reason);
  beginProbation(draft);
  page(draft);
}

/**
 * Decided when it fires, and kept for as long as it is there: an alert does not change hands in the
 * middle of its escalation because a day has begun.
 */
function beginProbation(draft: Draft): void {
  const { origin, annotations, output } = draft.alert();
  const probation = origin === 'rule' ? findProbation(annotations) : undefined;
  if (probation === undefined || probation.untilMs <= draft.nowMs) return;
  const { author, untilMs } = probation;
  const policy = probationPolicyName(author);
  draft.setAlert({ policy });
  const until = `its rule is on probation until ${formatDay(untilMs)}`;
  const whom = output === 'page' ? `: only ${author}, who wrote it, is paged` : '';
  draft.note('alert.probation', `${until}${whom}`);
}

/** Starts paging, or says why there is no page. */
function page(draft: Draft): void {
  const { output, labels } = draft.alert();
  if (output !== 'page') {
    draft.note('page.not_sent', `not sent: ${explainOutput(labels, output)}`);
  }
  draft.setAlert({ stepsBegun: 0 });
  reviewSilence(draft);
  if (output === 'page' && draft.alert().silence === undefined) beginEscalation(draft);
}

function endByRule(draft: Draft, transition: Transition): void {
  const { state } = draft.alert();
  if (state === 'resolved') {
    // A person was faster, and right.
    draft.setAlert({ isRuleActive: false, recheckAtMs: undefined });
    draft.note('alert.ended', `${transition.reason}; it stays resolved`);
    return;
  }
  draft.setAlert({
    state: 'resolved',
    resolvedAtMs: draft.nowMs,
    isRuleActive: false,
    silence: undefined,
  });
  if (state === 'pending') {
    draft.note('alert.dropped', transition.reason);
    return;
  }
  draft.note('alert.resolved', transition.reason);
  closePaging(draft);
}

/** Stops the escalation of an alert that is over, and tells those who were paged. */
function closePaging(draft: Draft): void {
  stopEscalation(draft, findStopReason(draft) ?? 'the alert is over');
  queueResolved(draft);
}

/** A person takes the alert. The first one has it; taking it again changes nothing. */
export function acknowledge(
  file: AlertFile,
  who: string,
  context: DecisionContext,
): Change | undefined {
  assertFiring(file.alert, 'acknowledge');
  if (file.alert.acknowledgedAtMs !== undefined) return undefined;
  const draft = beginDraft(file, context);
  draft.setAlert({ acknowledgedAtMs: draft.nowMs, acknowledgedBy: who, silence: undefined });
  draft.note('alert.acknowledged', `${who} acknowledged`, { actor: who });
  stopEscalation(draft, `${who} acknowledged at ${clockTime(draft.nowMs)}`);
  if (file.alert.origin === 'test') endTest(draft);
  return draft.finish();
}

/** A test has shown what it was asked for once somebody has it. */
function endTest(draft: Draft): void {
  const tookMs = draft.nowMs - draft.alert().activeAtMs;
  draft.setAlert({ state: 'resolved', resolvedAtMs: draft.nowMs, isRuleActive: false });
  draft.note('alert.resolved', `the test is over, ${tookMs} ms after it was asked for`);
}

/** A person says that it is over. */
export function resolveByPerson(
  file: AlertFile,
  by: { readonly who: string; readonly note: string },
  context: DecisionContext,
): Change | undefined {
  assertFiring(file.alert, 'resolve');
  const draft = beginDraft(file, context);
  draft.setAlert({
    state: 'resolved',
    resolvedAtMs: draft.nowMs,
    resolvedBy: by.who,
    recheckAtMs: draft.nowMs + REOPEN_AFTER_MS,
    silence: undefined,
  });
  const note = by.note === '' ? '' : `: ${by.note}`;
  draft.note('alert.resolved', `${by.who} resolved it${note}`, { actor: by.who });
  closePaging(draft);
  return draft.finish();
}

function assertFiring(alert: Alert, verb: string): void {
  if (alert.state === 'firing') return;
  const what = `cannot ${verb} alert ${alert.id}`;
  if (alert.resolvedAtMs === undefined) {
    throw conflict('ALERT_NOT_FIRING', `${what}: it is ${alert.state}, not firing`);
  }
  const how = alert.resolvedBy === undefined ? 'it ended' : `${alert.resolvedBy} resolved it`;
  throw conflict('ALERT_ALREADY_RESOLVED', `${what}: ${how} at ${clockTime(alert.resolvedAtMs)}`);
}

/** Whether the passing of time can do anything to a file; most files are spared the question. */
export function hasDeadline({ alert, pages }: AlertFile): boolean {
  const { nextStepAtMs, recheckAtMs } = alert;
  if (nextStepAtMs !== undefined || recheckAtMs !== undefined) return true;
  return pages.some((page) => page.state === 'queued');
}

/** What the passing of time does to a file. */
export function passTime(file: AlertFile, context: DecisionContext): Change | undefined {
  const draft = beginDraft(file, context);
  pullNearer(draft);
  reopenIfDue(draft);
  reviewSilence(draft);
  escalateIfDue(draft);
  return draft.finish();
}

function reopenIfDue(draft: Draft): void {
  const { recheckAtMs, resolvedAtMs, resolvedBy, isRuleActive } = draft.alert();
  if (recheckAtMs === undefined || !isRuleActive) return;
  if (recheckAtMs - draft.nowMs > REOPEN_AFTER_MS) {
    draft.setAlert({ recheckAtMs: draft.nowMs + REOPEN_AFTER_MS });
    return;
  }
  if (recheckAtMs > draft.nowMs) return;
  const afterMs = Math.max(REOPEN_AFTER_MS, draft.nowMs - (resolvedAtMs ?? draft.nowMs));
  const after = formatDuration(Math.floor(afterMs / 1000) * 1000);
  const reason = `still firing ${after} after ${resolvedBy} resolved it`;
  stopEscalation(draft, 'it was reopened');
  draft.setAlert({
    state: 'firing',
    resolvedAtMs: undefined,
    resolvedBy: undefined,
    recheckAtMs: undefined,
    acknowledgedAtMs: undefined,
    acknowledgedBy: undefined,
  });
  draft.note('alert.reopened', reason);
  page(draft);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
