/** Puts the parts of this slice together. */
import type { AlertDetail } from '@nines/contract';
import type { Registry } from 'prom-client';
import type { Catalog } from '../catalog/index.ts';
import type { Database } from '../database/index.ts';
import type { Notifier } from '../notify/index.ts';
import {
  type Clock,
  createIdSource,
  type EventBus,
  type Log,
  type Random,
} from '../platform/index.ts';
import { type Audit, createAudit } from './auditor.ts';
import { AlertBook } from './book.ts';
import { createContextSource, createDecide } from './decide.ts';
import type { AlertEvents } from './events.ts';
import { createExpiry } from './expiry.ts';
import { createExternalAlerts } from './external.ts';
import { createInternalAlerts, type InternalAlerts } from './internal.ts';
import { type AlertsMetrics, createAlertsMetrics } from './metrics.ts';
import type { BrowserHops } from './paging.ts';
import type { EscalationPolicy } from './policy.ts';
import { createPolicyShelf, type PolicyShelf } from './policy-shelf.ts';
import { type AlertReceiver, createReceiver } from './receiver.ts';
import { createSampleWeeks, type SampleWeeks } from './sample-weeks.ts';
import { createSerial, type Serial } from './serial.ts';
import { createSilenceShelf } from './silencing.ts';
import { type AlertService, createAlertService } from './service.ts';
import { type AlertStore, createAlertStore } from './store.ts';
import { createTestPages, type RequestTestPage } from './test-pages.ts';
import { type AlertViews, createAlertViews } from './views.ts';
import { AlertWorker } from './worker.ts';

export interface AlertsOptions {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly notifier: Pick<Notifier, 'deliver'>;
  /** Invariant: at least one; the first is the default. */
  readonly policies: readonly EscalationPolicy[];
  /** The names of the channels that are declared. */
  readonly channels: readonly string[];
  readonly events: EventBus<AlertEvents>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly registry: Registry;
  /** How the last attempt at a page went through the browser; asked once. Default: not known. */
  readonly takeBrowserHops?: (pageId: string) => BrowserHops | undefined;
  /** The rule of a key, while it is in force. */
  readonly findRule: (ruleKey: string) => AlertDetail['rule'] | undefined;
}

export interface Alerts {
  readonly service: AlertService;
  /** To be called every minute with the rules that were evaluated since the start. */
  readonly audit: Audit;
  readonly internal: Pick<InternalAlerts, 'raiseInternal' | 'clearInternal'>;
  readonly views: AlertViews;
  /** To be ticked a few times a second: a page waits for the next tick. */
  readonly worker: Pick<AlertWorker, 'tick' | 'sendNow' | 'noteBrowser' | 'settle' | 'stop'>;
  /** Takes alerts that others found. */
  readonly receiver: AlertReceiver;
  /** Alerts that never happened, to look around in. */
  readonly sampleWeek: SampleWeeks;
  /** A page on request. */
  readonly requestTestPage: RequestTestPage;
}

/** Loads the open alerts, puts back pages that were under way, and answers what works on them. */
export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const store = createAlertStore(options.database);
  const core = await openAlertCore({ ...options, store });
  const views = createAlertViews({ ...options, ...core, store });
  const sampleWeek = createSampleWeeks({ ...options, serial: core.serial });
  return { ...core, views, sampleWeek };
}

export interface AlertCore extends Omit<Alerts, 'views' | 'sampleWeek'> {
  readonly serial: Serial;
  readonly book: AlertBook;
  readonly policyOf: PolicyShelf['policyOf'];
}

/** All but the views: what decides and delivers, on any store. */
export async function openAlertCore(
  options: Omit<AlertsOptions, 'database' | 'findRule'> & { readonly store: AlertStore },
): Promise<AlertCore> {
  const { store, clock, random, log, events } = options;
  const metrics: AlertsMetrics = createAlertsMetrics(options.registry);
  const book = new AlertBook({ store, events, metrics, log });
  await book.open();
  metrics.watch({ files: () => book.files(), unsavedCount: () => book.unsaved().length });
  const serial = createSerial();
  const policies = createPolicyShelf(options.policies, options.channels);
  const newId = createIdSource(clock, random);
  const silences = createSilenceShelf();
  const context = createContextSource({ clock, random, newId, policies, silences });
  const decide = createDecide({ ...options, book, policies, context });
  const internal = createInternalAlerts({ book, serial, decide, clock, log });
  const expiry = createExpiry({ book, decide, clock, log });
  const takeBrowserHops = options.takeBrowserHops ?? (() => undefined);
  const parts = { ...options, book, serial, internal, context, metrics, expiry, takeBrowserHops };
  const worker = new AlertWorker(parts);
  const sendNow = () => worker.sendNow();
  const deciding = { policies, silences, context, decide };
  const service = createAlertService({ book, store, serial, ...deciding, sendNow });
  const requestTestPage = createTestPages({ ...parts, decide, newId, sendNow });
  const receiver = createReceiver({
    take: createExternalAlerts({ ...parts, decide, sendNow }),
    clock,
  });
  await worker.recover();
  const audit = createAudit({ book, serial, decide, clock, log });
  const { policyOf } = policies;
  return { service, internal, worker, audit, book, serial, receiver, requestTestPage, policyOf };
}
