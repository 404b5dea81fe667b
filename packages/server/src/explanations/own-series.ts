/** Which series an alert is about. */
import type { AlertSummary } from '@nines/contract';
import type { TextPairs } from '../rules/index.ts';
import { labelPairs, METRIC_NAME } from '../series/index.ts';
import type { IsOwn } from './model.ts';

/**
 * Those whose labels do not contradict the alert's, but for the labels that its rule gives it. A
 * part of an expression may have labels more or fewer than the result.
 */
export function createIsOwn(labels: AlertSummary['labels'], ruleLabels: TextPairs): IsOwn {
  const given = new Set(['alertname', METRIC_NAME, ...ruleLabels.map(([name]) => name)]);
  const own = new Map(Object.entries(labels).filter(([name]) => !given.has(name)));
  return (series) => {
    for (const [name, value] of labelPairs(series)) {
      const wanted = own.get(name);
      if (wanted !== undefined && wanted !== value) return false;
    }
    return true;
  };
}
