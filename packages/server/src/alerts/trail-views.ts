/** What explanations are shown of alerts: their way to people, and what happens next. */
import type { AlertDetail, WhyRoute, WhyTimer } from '@nines/contract';
import type { Catalog } from '../catalog/index.ts';
import type { Clock } from '../platform/index.ts';
import { findProbation } from '../rules/index.ts';
import type { Labels } from '../series/index.ts';
import type { AlertBook } from './book.ts';
import type { AlertFile } from './model.ts';
import { outputOf } from './output.ts';
import { probationPolicyName } from './policy.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import { listTimers, previewRoute, traceRoute } from './trail.ts';

/** An alert with its way to people and what happens next. */
export interface AlertTrail extends AlertDetail {
  readonly ruleKey: string;
  readonly sender: string | undefined;
  /** Since when the condition has been gone, of an alert that its rule keeps firing. */
  readonly keepFiringSinceMs: number | undefined;
  readonly route: WhyRoute;
  readonly timers: readonly WhyTimer[];
}

export interface TrailViews {
  /** One alert with its way to people. Throws `ALERT_NOT_FOUND`. */
  getTrail(alertId: string): Promise<AlertTrail>;
  /** The way that an alert of a rule with these labels and annotations would take now. */
  previewRoute(labels: Labels, annotations: Readonly<Record<string, string>>): WhyRoute;
  /** The open alert of an instance that its rule holds active. */
  findOpenId(ruleKey: string, fingerprint: string): string | undefined;
}

/** Builds the views on how files are found and described. */
export function createTrailViews(options: {
  readonly book: AlertBook;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly policyOf: PolicyShelf['policyOf'];
  readonly findFile: (alertId: string) => Promise<AlertFile>;
  readonly detailOf: (file: AlertFile) => Promise<AlertDetail>;
}): TrailViews {
  const { book, catalog, policyOf, findFile, detailOf } = options;
  return {
    async getTrail(alertId) {
      const file = await findFile(alertId);
      const { policy: name, ruleKey, sender, keepFiringSinceMs } = file.alert;
      const policy = policyOf(name);
      const route = traceRoute(file, policy);
      const timers = listTimers(file, policy);
      return { ...(await detailOf(file)), ruleKey, sender, keepFiringSinceMs, route, timers };
    },
    previewRoute(labels, annotations) {
      const service = catalog.serviceOf(labels);
      const probation = findProbation(annotations);
      const isOn = probation !== undefined && options.clock.now() < probation.untilMs;
      const own = isOn ? probationPolicyName(probation.author) : service?.escalationPolicy;
      const policy = policyOf(own);
      return previewRoute({ output: outputOf(labels), labels, service: service?.name, policy });
    },
    findOpenId: (ruleKey, fingerprint) => book.findInstance({ ruleKey, fingerprint })?.alert.id,
  };
}
