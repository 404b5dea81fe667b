/** An alert as the rule engine knows it. */
import type { AlertInstance } from '../rules/index.ts';
import type { Alert } from './model.ts';

/**
 * The instance of the rule. An alert that a person resolved while its rule holds it active is firing
 * to the rule: only so does a restart not make a new alert of it.
 */
export function toInstance(alert: Alert): AlertInstance {
  const { ruleKey, fingerprint, labels, annotations, value, activeAtMs, firedAtMs } = alert;
  return {
    ruleKey,
    fingerprint,
    state: firedAtMs === undefined ? 'pending' : 'firing',
    labels,
    annotations,
    value: value ?? Number.NaN,
    activeAtMs,
    firedAtMs,
    keepFiringSinceMs: alert.keepFiringSinceMs,
  };
}
