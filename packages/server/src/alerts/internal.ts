/**
 * Alerts of Nines about itself: the disk is full, the configuration was refused.
 *
 * They live as all others do, with one difference: since the database may be the very thing that is
 * broken, they hold in memory before they are on disk, and are written when that is possible.
 */
import { type Clock, errorMessage, type Log } from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { createLabels, fingerprintOf } from '../series/index.ts';
import type { AlertBook } from './book.ts';
import type { Decide } from './decide.ts';
import { toInstance } from './instance.ts';
import type { Transition } from './lifecycle.ts';
import { INTERNAL_UNSEEN_MS } from './limits.ts';
import type { Alert, Change, Output, Source } from './model.ts';
import type { Serial } from './serial.ts';

const PREFIX = 'internal/';

/** Something about Nines itself that somebody must know. */
export interface InternalAlert {
  /** As an alert's name: `NinesDiskFull`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `summary` and `description` are shown; what to do belongs into the latter. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly output: Output;
}

export interface InternalAlerts {
  /** Raises an alert; while it is up, raising it again changes nothing. Never rejects. */
  raiseInternal(alert: InternalAlert): Promise<void>;
  /** Ends the alerts of a name. Never rejects. */
  clearInternal(name: string): Promise<void>;
  /** Ends what an earlier process raised and this one has not seen. */
  forgetUnseen(): Promise<void>;
}

/** Whether an alert comes from a rule that is evaluated here. */
export function isFromRule(alert: Alert): boolean {
  return (alert.origin === 'rule' || alert.origin === 'self') && !isInternal(alert);
}

/** Whether an alert is one that Nines raised about itself without a rule. */
function isInternal(alert: Alert): boolean {
  return alert.origin === 'self' && alert.ruleKey.startsWith(PREFIX);
}

/** Builds them on the book, once that is open. */
export function createInternalAlerts(options: {
  readonly book: AlertBook;
  readonly serial: Serial;
  readonly decide: Decide;
  readonly clock: Clock;
  readonly log: Log;
}): InternalAlerts {
  const { book, serial, decide, clock, log } = options;
  const openedMs = clock.monotonicMs();
  const unseen = new Set<string>();
  for (const { alert } of book.files()) if (isInternal(alert)) unseen.add(alert.id);

  const end = async (isOver: (alert: Alert) => boolean, reason: string): Promise<void> =>
    guarded(async () => {
      const changes: Change[] = [];
      for (const { alert } of book.files()) {
        if (!isInternal(alert) || !alert.isRuleActive || !isOver(alert)) continue;
        const change = decide(createEnd(alert, reason, clock.now()), sourceOf(alert));
        if (change !== undefined) changes.push(change);
      }
      await book.commitAnyway(changes);
    });

  /** Whoever raises an alert has a problem already, and can do nothing about ours. */
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await serial.run(work);
    } catch (error) {
      log.error('cannot raise or clear an internal alert', { error: errorMessage(error) });
    }
  };

  return {
    raiseInternal: async (alert) =>
      guarded(async () => {
        const transition = createStart(alert, clock.now());
        const file = book.findInstance(transition.alert);
        if (file !== undefined) unseen.delete(file.alert.id);
        const change = decide(transition, sourceOf(alert));
        await book.commitAnyway(change === undefined ? [] : [change]);
      }),
    clearInternal: async (name) =>
      end((alert) => alert.ruleKey === `${PREFIX}${name}`, 'Nines no longer sees it'),
    async forgetUnseen() {
      if (unseen.size === 0 || clock.monotonicMs() - openedMs < INTERNAL_UNSEEN_MS) return;
      await end((alert) => unseen.has(alert.id), 'Nines was restarted and has not seen it since');
      unseen.clear();
    },
  };
}

const sourceOf = ({ output }: { readonly output: Output }): Source => ({ origin: 'self', output });

function createStart(alert: InternalAlert, nowMs: number): Transition {
  const severity = alert.output;
  const labels = createLabels({ severity, ...alert.labels, alertname: alert.name });
  const instance: AlertInstance = {
    ruleKey: `${PREFIX}${alert.name}`,
    fingerprint: fingerprintOf(labels),
    state: 'firing',
    labels,
    annotations: alert.annotations,
    value: 1,
    activeAtMs: nowMs,
    firedAtMs: nowMs,
    keepFiringSinceMs: undefined,
  };
  const reason = 'Nines noticed it about itself';
  return { kind: 'firing', atMs: nowMs, reason, alert: instance };
}

function createEnd(alert: Alert, reason: string, nowMs: number): Transition {
  const instance = { ...toInstance(alert), state: 'inactive' } as const;
  return { kind: 'resolved', atMs: nowMs, reason, alert: instance };
}
