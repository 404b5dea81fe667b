/**
 * Compares what rules hold active with the alerts that are open, and mends what differs.
 *
 * Both sides agree as long as every write is answered. A write that was done although its answer got
 * lost (a timeout, a dropped connection) leaves the rule engine with its old state: an alert that
 * nobody would ever end, or a rule that fires without an alert. A difference is acted upon when
 * two audits in a row see the same: between rule and alert there is always something under way.
 */
import { type Clock, errorMessage, type Log } from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { type AlertBook, instanceKey } from './book.ts';
import type { Decide } from './decide.ts';
import { toInstance } from './instance.ts';
import type { Transition } from './lifecycle.ts';
import { ruleSource } from './output.ts';
import type { Serial } from './serial.ts';

/** What a rule that was evaluated since the start holds active. */
export interface AuditedRule {
  readonly ruleKey: string;
  readonly active: readonly AlertInstance[];
}

/** Compares once; to be called every minute or so. Never rejects. */
export type Audit = (rules: readonly AuditedRule[]) => Promise<void>;

export interface AuditOptions {
  readonly book: AlertBook;
  readonly serial: Serial;
  readonly decide: Decide;
  readonly clock: Clock;
  readonly log: Log;
}

/** Builds the auditor. */
export function createAudit({ book, serial, decide, clock, log }: AuditOptions): Audit {
  let seenBefore = new Set<string>();

  const mend = async (differences: ReadonlyMap<string, Transition>): Promise<void> => {
    for (const [sign, transition] of differences) {
      if (!seenBefore.has(sign)) continue;
      const { kind, alert } = transition;
      log.warn('alert and rule differed', { rule: alert.ruleKey, mended: kind });
      const change = decide(transition, ruleSource(alert.labels));
      if (change !== undefined) await book.commit([change]);
    }
  };

  return async (rules) => {
    try {
      await serial.run(async () => {
        await book.settleDoubts();
        const differences = findDifferences(book, rules, clock.now());
        await mend(differences);
        seenBefore = new Set(differences.keys());
      });
    } catch (error) {
      // The next audit sees the same differences again.
      log.warn('cannot compare alerts with rules', { error: errorMessage(error) });
    }
  };
}

/** What would make the alerts agree, by a sign that stays the same while nothing changes. */
function findDifferences(
  book: AlertBook,
  rules: readonly AuditedRule[],
  atMs: number,
): ReadonlyMap<string, Transition> {
  const differences = new Map<string, Transition>();
  const active = new Set<string>();
  for (const alert of rules.flatMap((rule) => rule.active)) {
    const key = instanceKey(alert);
    active.add(key);
    const known = book.findInstance(alert)?.alert;
    if (alert.state === 'inactive') continue;
    const isBehind = known?.state === 'pending' && alert.state === 'firing';
    if (known !== undefined && !isBehind) continue;
    const reason = 'its rule holds it active, which was not noted before';
    differences.set(`${key} ${alert.state}`, { kind: alert.state, atMs, reason, alert });
  }
  const audited = new Set(rules.map((rule) => rule.ruleKey));
  for (const { alert } of book.files()) {
    const key = instanceKey(alert);
    if (!alert.isRuleActive || !audited.has(alert.ruleKey) || active.has(key)) continue;
    const reason = 'its rule no longer holds it active, which was not noted before';
    const instance = { ...toInstance(alert), state: 'inactive' } as const;
    differences.set(`${alert.id} ended`, { kind: 'resolved', atMs, reason, alert: instance });
  }
  return differences;
}
