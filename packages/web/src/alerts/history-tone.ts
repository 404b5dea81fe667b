import type { Output } from '@nines/contract';
import type { Urgency } from '../kit/urgency.tsx';

/** How a moment of an alert's history is marked: urgent where it began, or where telling failed. */
export function toneOf(kind: string, output: Output): Urgency {
  if (kind === 'alert.fired' || kind === 'alert.reopened') return output;
  if (/\.(?:failed|not_sent|undelivered)$/.test(kind)) return 'ticket';
  if (kind === 'alert.resolved' || kind === 'page.delivered') return 'fine';
  return 'log';
}
