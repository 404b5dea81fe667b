/**
 * Rules that are no longer in the files.
 *
 * Their alerts end with that as the reason, stored like any other change and tried again
 * until that succeeds. Their series end with staleness markers, but not before every remaining
 * group was evaluated once: a rule that only moved to another group writes the same series, and
 * these must not be cut.
 */
import { errorMessage, type Log } from '../platform/index.ts';
import { type AlertTransition, endAlerts } from './alert-state.ts';
import { type GroupEnvironment, persistInTime } from './group-evaluation.ts';
import type { RuleRuntime } from './rule-runtime.ts';
import { staleSamples } from './rule-samples.ts';

const REMOVED = 'its rule is no longer in the configuration';

/** Removed rules by key. */
export type RetiredRules = Map<string, RuleRuntime>;

/** Ends the alerts of removed rules; what cannot be stored stays for the next time. */
export async function endRetiredAlerts(
  retired: RetiredRules,
  environment: Pick<GroupEnvironment, 'clock' | 'persist' | 'log' | 'onTransition'>,
): Promise<void> {
  const ended: AlertTransition[] = [];
  const end = { atMs: environment.clock.now(), reason: REMOVED };
  for (const { active, groupName, rule } of retired.values()) {
    const { name: ruleName, expression } = rule;
    ended.push(...endAlerts({ ruleName, groupName, expression }, active, end));
  }
  if (ended.length === 0) return;
  try {
    await persistInTime(ended, environment);
  } catch (error) {
    const fields = { count: ended.length, error: errorMessage(error) };
    environment.log.error('cannot store the end of alerts of removed rules', fields);
    return;
  }
  for (const runtime of retired.values()) runtime.active = new Map();
  for (const transition of ended) environment.onTransition(transition);
}

/** Ends the series of removed rules that no remaining rule writes, and forgets the rules. */
export function endRetiredSeries(
  retired: RetiredRules,
  rules: readonly RuleRuntime[],
  { clock, write, log }: Pick<GroupEnvironment, 'clock' | 'write'> & { readonly log: Log },
): void {
  const isWritten = (key: string): boolean => rules.some(({ series }) => series.has(key));
  const timeMs = clock.now();
  for (const [key, runtime] of retired) {
    if (runtime.active.size > 0) continue;
    try {
      const samples = staleSamples(runtime.series, { has: isWritten }, timeMs);
      if (samples.length > 0) write(samples);
      retired.delete(key);
    } catch (error) {
      // The store is away; the next evaluation tries again.
      const fields = { rule: key, error: errorMessage(error) };
      log.warn('cannot end the series of a removed rule', fields);
    }
  }
}
