/**
 * Which alerts are not notified because another one fires.
 *
 * Each rule keeps its sources by the values of its `equal` labels, so that asking of an alert is a
 * look-up. Alertmanager keeps one source for each such set of values and forgets the others; here
 * all count, so that a target stays inhibited as long as any of its sources fires.
 */
import { isMatch, type Labels, labelValue } from '../series/index.ts';
import { type Alert, isResolvedAt } from './model.ts';
import type { PlannedInhibition } from './plan.ts';

export interface Inhibitor {
  /** Notes what was told of an alert. */
  note(alert: Alert): void;
  forget(alert: Alert): void;
  /** The fingerprint of a source that keeps an alert back; undefined: none does. */
  findSource(labels: Labels, nowMs: number): string | undefined;
}

interface Rule extends PlannedInhibition {
  /** Sources by the values of `equal`, then by fingerprint. */
  readonly sourcesByKey: Map<string, Map<string, Alert>>;
}

/** Builds an inhibitor that knows of no alert yet. */
export function createInhibitor(inhibitions: readonly PlannedInhibition[]): Inhibitor {
  const rules = inhibitions.map((rule): Rule => ({ ...rule, sourcesByKey: new Map() }));
  return {
    note(alert) {
      for (const rule of rules) {
        if (!isMatch(rule.sources, alert.labels)) continue;
        const key = equalKey(rule, alert.labels);
        const known = rule.sourcesByKey.get(key);
        if (known === undefined) {
          rule.sourcesByKey.set(key, new Map([[alert.fingerprint, alert]]));
        } else {
          known.set(alert.fingerprint, alert);
        }
      }
    },
    forget(alert) {
      for (const rule of rules) {
        const key = equalKey(rule, alert.labels);
        const known = rule.sourcesByKey.get(key);
        known?.delete(alert.fingerprint);
        if (known?.size === 0) rule.sourcesByKey.delete(key);
      }
    },
    findSource(labels, nowMs) {
      for (const rule of rules) {
        const source = findSourceOf(rule, labels, nowMs);
        if (source !== undefined) return source;
      }
      return undefined;
    },
  };
}

function findSourceOf(rule: Rule, labels: Labels, nowMs: number): string | undefined {
  if (!isMatch(rule.targets, labels)) return undefined;
  const sources = rule.sourcesByKey.get(equalKey(rule, labels));
  if (sources === undefined) return undefined;
  // What is both source and target does not inhibit its like, nor itself.
  const isAlsoSource = isMatch(rule.sources, labels);
  for (const source of sources.values()) {
    if (isResolvedAt(source, nowMs)) continue;
    if (isAlsoSource && isMatch(rule.targets, source.labels)) continue;
    return source.fingerprint;
  }
  return undefined;
}

/** A label that is absent equals an empty one. */
function equalKey({ equal }: PlannedInhibition, labels: Labels): string {
  return equal.map((name) => labelValue(labels, name)).join('\uD800');
}
