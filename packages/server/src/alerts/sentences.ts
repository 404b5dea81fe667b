/** How history names times and channels. */

/** A time of day: `03:12:04 UTC`. History is read beside its own, full date. */
export function clockTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

/** A channel in a sentence: `the browser`, `webhook/ops`. */
export function channelName(channel: string): string {
  return channel === 'browser' ? 'the browser' : channel;
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
