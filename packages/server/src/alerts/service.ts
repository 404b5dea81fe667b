/**
 * The use cases of alerts: each loads a file, lets the pure core decide, and commits what it
 * decided before it answers.
 */
import { AppError, invalid, limitExceeded, notFound } from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { type AlertBook, distinctInstances } from './book.ts';
import type { Decide } from './decide.ts';
import { beginDraft, type DecisionContext } from './draft.ts';
import { toInstance } from './instance.ts';
import { isFromRule } from './internal.ts';
import { acknowledge, resolveByPerson, type Transition } from './lifecycle.ts';
import { NOTE_CHARS_MAX, WAITING_MAX } from './limits.ts';
import type { AlertFile, Change } from './model.ts';
import { ruleSource } from './output.ts';
import type { EscalationPolicy } from './policy.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import type { Serial } from './serial.ts';
import {
  type FindSilencing,
  isSilenceChanged,
  reviewSilence,
  type SilenceShelf,
} from './silencing.ts';
import type { AlertStore } from './store.ts';
import { readTags, setTags } from './tags.ts';

export interface AlertService {
  /** Replaces the escalation policies and the names of channels; holds for each alert from its next step on. */
  applyPolicies(policies: readonly EscalationPolicy[], channels: readonly string[]): void;
  /**
   * Takes over what rules say. When it resolves, all of it and the pages that follow from it are
   * on disk; when it rejects, any of it may be, and saying it again does no harm.
   */
  applyTransitions(transitions: readonly Transition[]): Promise<void>;
  /** Puts silences into force, from the next decision on; `reviewSilences` makes it now. */
  useSilences(find: FindSilencing): void;
  /**
   * Brings all alerts in line with the silences in force. When it resolves, no page of an alert that
   * is silenced leaves any more, and what is no longer silenced is on its way. Never rejects.
   */
  reviewSilences(): Promise<void>;
  /** What rules hold active, for the rule engine to take up after a restart. */
  listActive(): readonly AlertInstance[];
  /**
   * A person takes an alert. Idempotent; the first one has it. Throws `ALERT_NOT_FOUND`,
   * `ALERT_NOT_FIRING`, `ALERT_ALREADY_RESOLVED`.
   */
  acknowledge(alertId: string, who: string): Promise<void>;
  /**
   * A person says that an alert is over; when its rule does not agree within five minutes, it is
   * reopened. Throws as `acknowledge` does.
   */
  resolve(alertId: string, who: string, note?: string): Promise<void>;
  /**
   * A person says in free words what an alert was about; replaces the words before. Idempotent;
   * also for alerts that are over. Throws `ALERT_NOT_FOUND`, `ALERT_TAGS_INVALID`.
   */
  setTags(alertId: string, who: string, tags: readonly string[]): Promise<void>;
}

export interface ServiceOptions {
  readonly book: AlertBook;
  readonly store: AlertStore;
  readonly serial: Serial;
  readonly policies: PolicyShelf;
  readonly silences: SilenceShelf;
  readonly context: () => DecisionContext;
  readonly decide: Decide;
  /** Told when pages may wait. */
  readonly sendNow: () => void;
}

/** Builds the service. */
export function createAlertService(options: ServiceOptions): AlertService {
  const { book, serial, policies, silences, context, decide } = options;

  const change = async (
    alertId: string,
    act: (file: AlertFile) => Change | undefined,
  ): Promise<void> => {
    if (serial.waitingCount() >= WAITING_MAX) {
      throw limitExceeded('ALERTS_BUSY', `${WAITING_MAX} changes of alerts wait; try again later`);
    }
    await serial.run(async () => {
      await book.settleDoubts().catch(sayUnchanged(alertId));
      const file = book.findFile(alertId) ?? (await options.store.findFile(alertId));
      if (file === undefined) throw notFound('ALERT_NOT_FOUND', `there is no alert ${alertId}`);
      const decided = act(file);
      if (decided !== undefined) await book.commit([decided]).catch(sayUnchanged(alertId));
    });
  };

  return {
    applyPolicies: (next, channels) => policies.apply(next, channels),
    applyTransitions: async (transitions) =>
      serial.run(async () => {
        await book.settleDoubts();
        for (const batch of distinctInstances(transitions, ({ alert }) => alert)) {
          await book.commit(
            batch.flatMap((each) => decide(each, ruleSource(each.alert.labels)) ?? []),
          );
        }
      }),
    useSilences: (find) => silences.use(find),
    async reviewSilences() {
      await serial.run(async () => {
        const changes = [...book.files()].flatMap((file) => {
          if (!isSilenceChanged(file, context())) return [];
          const draft = beginDraft(file, context());
          reviewSilence(draft);
          return draft.finish() ?? [];
        });
        await book.commitAnyway(changes);
      });
      options.sendNow();
    },
    listActive: () => listInstances(book.files()),
    acknowledge: async (alertId, who) =>
      change(alertId, (file) => acknowledge(file, who, context())),
    async resolve(alertId, who, note = '') {
      if (note.length > NOTE_CHARS_MAX) {
        const message = `the note is longer than ${NOTE_CHARS_MAX} characters`;
        throw invalid('ALERT_NOTE_TOO_LONG', message);
      }
      await change(alertId, (file) => resolveByPerson(file, { who, note }, context()));
    },
    async setTags(alertId, who, tags) {
      const wanted = readTags(tags);
      await change(alertId, (file) => setTags(file, { who, tags: wanted }, context()));
    },
  };
}

/** A person must know that nothing was taken over, whatever the database says of itself. */
function sayUnchanged(alertId: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AppError)) throw error;
    const message = `alert ${alertId} is unchanged; try again in a moment: ${error.message}`;
    throw new AppError(error, message, { cause: error });
  };
}

/** Instances that rules hold active; what others said has no rule to take it up. */
function listInstances(files: Iterable<AlertFile>): readonly AlertInstance[] {
  const alerts = [...files].map((file) => file.alert);
  return alerts.filter((alert) => alert.isRuleActive && isFromRule(alert)).map(toInstance);
}
