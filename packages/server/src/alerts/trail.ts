/** The way of an alert to people, as far as it has come and as it goes on. Pure. */
import type { WhyRoute, WhyTimer } from '@nines/contract';
import type { Labels } from '../series/index.ts';
import { STEPS_SHOWN_MAX } from './limits.ts';
import { type Alert, type AlertFile, type Output, type Page, wantsPages } from './model.ts';
import { explainOutput } from './output.ts';
import { countSteps, type EscalationPolicy, probationAuthor, stepAt } from './policy.ts';
import { endSentence } from './sentences.ts';

type Step = WhyRoute['steps'][number];

/** The way that an alert took, with the times of its steps. */
export function traceRoute({ alert, pages }: AlertFile, policy: EscalationPolicy): WhyRoute {
  const { output, labels, service } = alert;
  const began = beginnings(pages);
  let dueAt = wantsPages(alert) ? alert.nextStepAtMs : undefined;
  const steps = listSteps(output, policy).map((step): Step => {
    const beganAt = step.step <= alert.stepsBegun ? (began.get(step.step) ?? null) : null;
    if (step.step <= alert.stepsBegun || dueAt === undefined) return { ...step, beganAt };
    const at = dueAt;
    dueAt += step.waitMs;
    return { ...step, dueAt: at };
  });
  return { ...describeRoute({ output, labels, service, policy }), isTaken: true, steps };
}

/** The way that an alert with these labels would take. */
export function previewRoute(alert: {
  readonly output: Output;
  readonly labels: Labels;
  readonly service: string | undefined;
  readonly policy: EscalationPolicy;
}): WhyRoute {
  const steps = [...listSteps(alert.output, alert.policy)];
  return { ...describeRoute(alert), isTaken: false, steps };
}

function describeRoute({ output, labels, service, policy }: Parameters<typeof previewRoute>[0]) {
  return {
    output,
    reason: endSentence(explainOutput(labels, output)),
    service: service ?? null,
    policy: output === 'page' ? policy.name : null,
    probation: probationAuthor(policy.name) ?? null,
    stepCount: output === 'page' ? countSteps(policy) : 0,
  };
}

function listSteps(output: Output, policy: EscalationPolicy): readonly Step[] {
  const count = output === 'page' ? Math.min(countSteps(policy), STEPS_SHOWN_MAX) : 0;
  return Array.from({ length: count }, (_, index) => {
    const { notify, waitMs } = stepAt(policy, index);
    return { step: index + 1, channels: [...notify], waitMs, beganAt: null, dueAt: null };
  });
}

/** When each step last began: its pages fall due then. */
function beginnings(pages: readonly Page[]): ReadonlyMap<number, number> {
  const began = new Map<number, number>();
  for (const { kind, step, dueAtMs } of pages) {
    if (kind === 'page') began.set(step, Math.max(began.get(step) ?? 0, dueAtMs));
  }
  return began;
}

/** What happens to an alert by itself, but for what its rule does. */
export function listTimers(
  { alert, pages }: AlertFile,
  policy: EscalationPolicy,
): readonly WhyTimer[] {
  const timers = [...listStepTimers(alert, policy)];
  for (const { state, nextAttemptAtMs: at, step, channel } of pages) {
    if (state === 'queued') timers.push({ kind: 'attempt', at, step, channels: [channel] });
  }
  const { recheckAtMs: at, silence } = alert;
  if (silence !== undefined) {
    timers.push({ kind: 'silence', at: silence.untilMs, step: null, channels: [] });
  }
  if (at !== undefined) timers.push({ kind: 'recheck', at, step: null, channels: [] });
  return timers;
}

function listStepTimers(alert: Alert, policy: EscalationPolicy): readonly WhyTimer[] {
  const { nextStepAtMs, stepsBegun } = alert;
  if (!wantsPages(alert) || nextStepAtMs === undefined) return [];
  const isLast = stepsBegun >= countSteps(policy);
  const channels = isLast ? [] : [...stepAt(policy, stepsBegun).notify];
  return [{ kind: 'step', at: nextStepAtMs, step: isLast ? null : stepsBegun + 1, channels }];
}
