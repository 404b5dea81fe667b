/** Writes messages; items are texts of their own, so that a message can be cut by its length. */
import { labelsRecord } from '../../series/index.ts';
import type { LogEntry, Silence } from '../model.ts';
import type { ReplicaAlert } from '../replica.ts';
import { formatSilence } from '../views.ts';
import type { Message } from './model.ts';

/** The first member of each message: what is not ours is refused by it. */
export const MESSAGE_FORMAT = 'nines-alertmanager-cluster/1';

/** Something that peers are to have. */
export type Item =
  | { readonly kind: 'silence'; readonly silence: Silence }
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'alert'; readonly alert: ReplicaAlert };

/** Items as texts, by kind. */
export interface ItemTexts {
  readonly silence: string[];
  readonly entry: string[];
  readonly alert: string[];
}

/** Writes a message around items. */
export function formatMessage(head: Omit<Message, 'replica'>, items: ItemTexts): string {
  const { label, from, toRun, sentAtMs, members, isComplete } = head;
  const fields = {
    format: MESSAGE_FORMAT,
    label,
    from: { ...from, readySinceMs: from.readySinceMs ?? null },
    toRun,
    sentAtMs,
    members,
    isComplete,
  };
  const lists = `"silences":[${items.silence.join()}],"log":[${items.entry.join()}],"alerts":[${items.alert.join()}]`;
  return `${JSON.stringify(fields).slice(0, -1)},${lists}}`;
}

/** Writes an item. */
export function formatItem(item: Item): string {
  switch (item.kind) {
    case 'silence':
      return JSON.stringify(formatSilence(item.silence, item.silence.updatedAtMs));
    case 'entry':
      return JSON.stringify(item.entry);
    case 'alert':
      return formatAlert(item.alert);
  }
}

function formatAlert({ alert, isSettled }: ReplicaAlert): string {
  return JSON.stringify({
    labels: labelsRecord(alert.labels),
    annotations: labelsRecord(alert.annotations),
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: new Date(alert.endsAtMs).toISOString(),
    generatorURL: alert.generatorUrl,
    updatedAt: new Date(alert.updatedAtMs).toISOString(),
    isTimeout: alert.isTimeout,
    isSettled,
  });
}
