/** How history names times and channels. */
import { BROWSER, isBrowserChannel, PERSON_PREFIX } from '../notify/index.ts';

/** A time of day: `03:12:04 UTC`. History is read beside its own, full date. */
export function clockTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

/** A channel in a sentence: `the browser`, `the browser of mina`, `webhook/ops`. */
export function channelName(channel: string): string {
  if (channel === BROWSER) return 'the browser';
  if (!isBrowserChannel(channel)) return channel;
  return `the browser of ${channel.slice(PERSON_PREFIX.length)}`;
}

/** Several channels in a sentence: `the browser, webhook/ops`. */
export function channelNames(channels: readonly string[]): string {
  return channels.map(channelName).join(', ');
}

/** Text as a sentence that others can be put after. */
export function endSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
