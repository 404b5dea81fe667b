/**
 * What the demo tells: something is broken, the budget burns, a page comes, someone takes it, it is
 * mended, all is well again. Each step ticks itself off when what the server says shows it.
 */
import type { AlertSummary, DemoFault, Output, SloSummary } from '@nines/contract';

/** Times are the server's; undefined: not yet. */
export interface Story {
  readonly faultId: string;
  readonly brokenAt: number;
  /** The budgets of the shop's objectives when it began, by name. */
  readonly budgetsBefore: Readonly<Record<string, number>>;
  /** And their failures. */
  readonly failuresBefore: Readonly<Record<string, number>>;
  readonly burnsAt?: number;
  /** The objective that suffers most. */
  readonly burning?: { readonly name: string; readonly lost: number; readonly burnRate: number };
  readonly alert?: { readonly id: string; readonly output: Output; readonly at: number };
  readonly acknowledgedAt?: number;
  readonly mendedAt?: number;
  readonly recoveredAt?: number;
}

/** What is known now. */
export interface StoryFacts {
  readonly now: number;
  readonly faults: readonly DemoFault[];
  readonly slos: readonly SloSummary[];
  /** Of the shop's services, open or over. */
  readonly alerts: readonly AlertSummary[];
}

export const STEPS = ['broken', 'burns', 'alerted', 'acknowledged', 'mended', 'recovered'] as const;

/** Less than this is the ordinary noise of a shop. */
const LOST_MIN = 0.005;
const BURN_RATE_MIN = 1;

/** The story one look further; undefined as long as nothing was broken. */
export function tellStory(story: Story | undefined, facts: StoryFacts): Story | undefined {
  const begun = beginStory(story, facts);
  if (begun === undefined || begun.recoveredAt !== undefined) return begun;
  const fault = facts.faults.find(({ id }) => id === begun.faultId);
  const isMended = fault !== undefined && fault.since !== begun.brokenAt;
  const told: Story = {
    ...begun,
    ...tellBurn(begun, facts),
    ...tellAlert(begun, facts),
    ...(isMended ? { mendedAt: begun.mendedAt ?? facts.now } : {}),
  };
  return { ...told, ...tellRecovery(told, facts) };
}

/** A fault switched on begins a new story; of several the newest is told. */
function beginStory(story: Story | undefined, facts: StoryFacts): Story | undefined {
  const newest = facts.faults
    .flatMap(({ id, since }) => (since === null ? [] : [{ id, since }]))
    .toSorted((a, b) => b.since - a.since)[0];
  if (newest === undefined || (story !== undefined && newest.since <= story.brokenAt)) return story;
  const budgets = facts.slos.map(
    ({ name, budgetLeftRatio }) => [name, budgetLeftRatio ?? 1] as const,
  );
  const failures = facts.slos.map(({ name, badCount }) => [name, badCount] as const);
  return {
    faultId: newest.id,
    brokenAt: newest.since,
    budgetsBefore: Object.fromEntries<number>(budgets),
    failuresBefore: Object.fromEntries<number>(failures),
  };
}

/**
 * A budget burns when it goes too fast, and also when there is none left to go: that of a shop that
 * is minutes old is soon overspent. Who was called about it knows, whatever the next look says.
 */
function tellBurn(story: Story, { now, slos, alerts }: StoryFacts): Partial<Story> {
  const hurt = slos.filter((slo) => isHurt(story, slo));
  const [worst] = hurt
    .map(({ name, budgetLeftRatio, burnRate }) => ({
      name,
      lost: Math.max(0, budgetBefore(story, name) - (budgetLeftRatio ?? 1)),
      burnRate: burnRate ?? 0,
    }))
    .toSorted((a, b) => b.lost - a.lost);
  const seenAt = story.burnsAt ?? (hurt.some(isBurning) ? now : Infinity);
  const calledAt = alerts.flatMap(({ firedAt, labels }) =>
    firedAt !== null && firedAt >= story.brokenAt && labels['slo'] !== undefined ? [firedAt] : [],
  );
  const burnsAt = Math.min(seenAt, ...calledAt);
  if (burnsAt === Infinity) return {};
  // What is lost stays told at its highest: the window gives it back while one still reads.
  const isWorse = worst !== undefined && worst.lost >= (story.burning?.lost ?? 0);
  return isWorse ? { burnsAt, burning: worst } : { burnsAt };
}

/** Whether more failed since it began. */
function isHurt(story: Story, { name, badCount, budgetLeftRatio }: SloSummary): boolean {
  const lost = budgetBefore(story, name) - (budgetLeftRatio ?? 1);
  return badCount > (story.failuresBefore[name] ?? 0) || lost >= LOST_MIN;
}

function isBurning({ burnRate, state }: SloSummary): boolean {
  return (burnRate ?? 0) > BURN_RATE_MIN || state === 'exhausted';
}

function budgetBefore(story: Story, name: string): number {
  return story.budgetsBefore[name] ?? 1;
}

/** The page where there is one; a ticket only as long as nothing more urgent has come. */
function tellAlert(story: Story, { alerts }: StoryFacts): Partial<Story> {
  const fired = alerts
    .flatMap((alert) => (alert.firedAt === null ? [] : [{ ...alert, firedAt: alert.firedAt }]))
    .filter(({ firedAt, output }) => firedAt >= story.brokenAt && output !== 'log')
    .toSorted((a, b) => a.firedAt - b.firedAt);
  const alert = fired.find(({ output }) => output === 'page') ?? fired[0];
  if (alert === undefined) return {};
  return {
    alert: { id: alert.id, output: alert.output, at: alert.firedAt },
    ...(alert.acknowledgedAt === null ? {} : { acknowledgedAt: alert.acknowledgedAt }),
  };
}

/** Mended, and nothing that began with it is still open. */
function tellRecovery(story: Story, { now, alerts, slos }: StoryFacts): Partial<Story> {
  if (story.mendedAt === undefined) return {};
  const own = alerts.filter(({ activeAt }) => activeAt >= story.brokenAt);
  if (own.some(({ state }) => state !== 'resolved')) return {};
  if (slos.some(({ state }) => state === 'burning')) return {};
  const ends = own.flatMap(({ resolvedAt }) => (resolvedAt === null ? [] : [resolvedAt]));
  // Without an alert the budget alone says so, and it says so now.
  return { recoveredAt: ends.length === 0 ? now : Math.max(story.mendedAt, ...ends) };
}

/** When a step happened; undefined: not yet. */
export function timeOfStep(story: Story, step: (typeof STEPS)[number]): number | undefined {
  switch (step) {
    case 'broken':
      return story.brokenAt;
    case 'burns':
      return story.burnsAt;
    case 'alerted':
      return story.alert?.at;
    case 'acknowledged':
      return story.acknowledgedAt;
    case 'mended':
      return story.mendedAt;
    case 'recovered':
      return story.recoveredAt;
  }
}
