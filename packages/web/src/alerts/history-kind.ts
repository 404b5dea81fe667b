/** What kind of thing happened to an alert: its word and how urgent it is. */
import type { Output } from '@nines/contract';
import type { Urgency } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';

const KINDS = [
  'alert.requested',
  'alert.stored',
  'alert.pending',
  'alert.fired',
  'alert.reopened',
  'alert.acknowledged',
  'alert.resolved',
  'alert.ended',
  'alert.dropped',
  'alert.kept',
  'alert.tagged',
  'alert.probation',
  'alert.silenced',
  'alert.unsilenced',
  'page.sent',
  'page.handed',
  'page.shown',
  'page.delivered',
  'page.retried',
  'page.failed',
  'page.not_sent',
  'page.escalated',
  'page.repeated',
] as const;

/** The kind in a word; a kind that a newer server may send stands for itself. */
export function nameKind(kind: string): string {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`history.${known}`);
}

/** How a moment is marked: urgent where it began, or where telling someone did not work. */
export function toneOf(kind: string, output: Output): Urgency {
  if (kind === 'alert.fired' || kind === 'alert.reopened') return output;
  if (/\.(?:failed|retried|escalated)$/.test(kind)) return 'ticket';
  if (
    kind === 'alert.resolved' ||
    kind === 'alert.ended' ||
    /^page\.(?:delivered|shown)$/.test(kind)
  )
    return 'fine';
  return 'log';
}
