/** Escalation policies: whom to tell, and how long to wait before telling the next. */
import { BROWSER, channelsOf } from '../notify/index.ts';
import type { YamlFields, YamlValue } from '../platform/index.ts';
import {
  POLICIES_MAX,
  REPEATS_MAX,
  STEP_WAIT_MS,
  STEP_WAIT_MS_MAX,
  STEP_WAIT_MS_MIN,
  STEPS_MAX,
  TEST_PAGE_MS,
} from './limits.ts';

export interface EscalationStep {
  /** Channels, each once. Invariant: not empty. */
  readonly notify: readonly string[];
  /** How long an acknowledgement may take before the next step begins. */
  readonly waitMs: number;
}

export interface EscalationPolicy {
  readonly name: string;
  /** Invariant: not empty. */
  readonly steps: readonly EscalationStep[];
  /** How often all steps are run through again while nobody acknowledges. */
  readonly repeatCount: number;
}

/** What is done where nobody wrote a policy: everything at once, and again after five minutes. */
export function createDefaultPolicy(channels: readonly string[]): EscalationPolicy {
  const step: EscalationStep = { notify: channels, waitMs: STEP_WAIT_MS };
  return { name: 'default', steps: [step, step], repeatCount: 0 };
}

/**
 * How a test pages: the open browsers, once. Whoever tries the button at night must not wake the
 * person on call, so no policy that is declared has a say in it (docs/adr/0038).
 */
export const TEST_POLICY: EscalationPolicy = {
  name: 'nines/test-page',
  steps: [{ notify: [BROWSER], waitMs: TEST_PAGE_MS }],
  repeatCount: 0,
};

/** What the names of policies of rules on probation begin with; the author's login follows. */
const PROBATION_PREFIX = 'nines/probation/';

/** The policy of a rule on probation: its author at once, and again after five minutes. */
export function createProbationPolicy(
  author: string,
  channels: readonly string[],
): EscalationPolicy {
  const { steps, repeatCount } = createDefaultPolicy(channelsOf(author, channels));
  return { name: probationPolicyName(author), steps, repeatCount };
}

/** What it is called. */
export function probationPolicyName(author: string): string {
  return `${PROBATION_PREFIX}${author}`;
}

/** The author whom alone a policy pages; undefined: it is not that of a probation. */
export function probationAuthor(policyName: string): string | undefined {
  if (!policyName.startsWith(PROBATION_PREFIX)) return undefined;
  return policyName.slice(PROBATION_PREFIX.length);
}

/** How many steps a policy has, its repeats included. */
export function countSteps(policy: EscalationPolicy): number {
  return policy.steps.length * (1 + policy.repeatCount);
}

/** The step of an index, which goes on counting through the repeats. */
export function stepAt(policy: EscalationPolicy, index: number): EscalationStep {
  return policy.steps[index % policy.steps.length];
}

/**
 * Reads `escalation_policies:`. The first is the one of services that name none; without any the
 * default policy is answered. Faults are noted at their place.
 */
export function readEscalationPolicies(
  value: YamlValue | undefined,
  channels: readonly string[],
): readonly EscalationPolicy[] {
  const items = value?.list() ?? [];
  if (items.length > POLICIES_MAX) {
    value?.fault(`${value.path} has ${items.length} entries; at most ${POLICIES_MAX} are read`);
  }
  const policies = new Map<string, EscalationPolicy>();
  for (const item of items.slice(0, POLICIES_MAX)) {
    const policy = readPolicy(item, channels);
    if (policy === undefined) continue;
    if (policies.has(policy.name)) {
      item.fault(`escalation policy "${policy.name}" is declared twice`);
    } else {
      policies.set(policy.name, policy);
    }
  }
  return policies.size === 0 ? [createDefaultPolicy(channels)] : [...policies.values()];
}

function readPolicy(item: YamlValue, channels: readonly string[]): EscalationPolicy | undefined {
  const fields = item.fields(['name', 'steps', 'repeat']);
  const name = fields.find('name')?.string().trim() ?? '';
  if (name === '') item.fault(`${item.path} has no name`);
  if (name === TEST_POLICY.name) item.fault(`the name "${name}" is taken by test pages`);
  if (probationAuthor(name) !== undefined) {
    item.fault(`the name "${name}" is taken by rules on probation`);
  }
  const steps = readSteps(item, fields.find('steps'), channels);
  const repeatCount = readRepeat(fields.find('repeat'));
  return name === '' || steps.length === 0 ? undefined : { name, steps, repeatCount };
}

function readSteps(
  policy: YamlValue,
  value: YamlValue | undefined,
  channels: readonly string[],
): readonly EscalationStep[] {
  const items = value?.list() ?? [];
  if (items.length === 0) policy.fault(`${policy.path} has no steps; with none, nobody is paged`);
  if (items.length > STEPS_MAX) {
    value?.fault(`${value.path} has ${items.length} steps; at most ${STEPS_MAX} are allowed`);
  }
  return items.slice(0, STEPS_MAX).map((item) => {
    const fields = item.fields(['notify', 'wait']);
    return { notify: readNotify(item, fields, channels), waitMs: readWait(fields.find('wait')) };
  });
}

function readNotify(
  step: YamlValue,
  fields: YamlFields,
  channels: readonly string[],
): readonly string[] {
  const value = fields.find('notify');
  const items = value === undefined ? [] : value.kind === 'scalar' ? [value] : value.list();
  if (items.length === 0) step.fault(`${step.path} notifies nobody; name a channel in "notify"`);
  const notify = new Set<string>();
  for (const item of items) {
    const channel = item.string();
    if (channels.includes(channel)) notify.add(channel);
    else item.fault(`channel "${channel}" is not declared; known are ${channels.join(', ')}`);
  }
  return [...notify];
}

function readWait(value: YamlValue | undefined): number {
  if (value === undefined) return STEP_WAIT_MS;
  const waitMs = value.durationMs();
  if (waitMs >= STEP_WAIT_MS_MIN && waitMs <= STEP_WAIT_MS_MAX) return waitMs;
  value.fault(`${value.path} must be between 10s and 24h, got "${value.string()}"`);
  return STEP_WAIT_MS;
}

function readRepeat(value: YamlValue | undefined): number {
  if (value === undefined) return 0;
  const count = value.number();
  if (Number.isInteger(count) && count >= 0 && count <= REPEATS_MAX) return count;
  value.fault(`${value.path} must be a whole number from 0 to ${REPEATS_MAX}, got ${count}`);
  return 0;
}
