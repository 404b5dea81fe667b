/** How the page of an alert stands, in one sentence. */
import type { Alert, Page } from './model.ts';
import { explainOutput } from './output.ts';
import { channelName, channelNames, clockTime } from './sentences.ts';

/** Says what was sent, what is under way, and what did not arrive. */
export function describePaging(alert: Alert, allPages: readonly Page[]): string {
  if (alert.output !== 'page') return `No page: ${explainOutput(alert.labels, alert.output)}.`;
  if (alert.firedAtMs === undefined) return 'No page: it has not fired.';
  const pages = newestOfChannels(allPages.filter((page) => page.kind === 'page'));
  const parts = [describeDelivered(pages), ...pages.map(describeOpen)].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0) return 'No page was sent.';
  const exhausted =
    alert.state === 'firing' &&
    alert.acknowledgedAtMs === undefined &&
    alert.nextStepAtMs === undefined;
  if (exhausted) parts.push('nobody acknowledged, and no further step is left');
  const text = parts.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** A channel is in the state of the last page to it that was not cancelled. */
function newestOfChannels(pages: readonly Page[]): readonly Page[] {
  const newest = new Map<string, Page>();
  for (const page of pages) if (page.state !== 'cancelled') newest.set(page.channel, page);
  return [...newest.values()];
}

function describeDelivered(pages: readonly Page[]): string | undefined {
  const delivered = pages.filter((page) => page.state === 'delivered');
  if (delivered.length === 0) return undefined;
  const lastMs = Math.max(...delivered.map((page) => page.deliveredAtMs ?? 0));
  return `paged ${channelNames(delivered.map((page) => page.channel))}, delivered ${clockTime(lastMs)}`;
}

function describeOpen(page: Page): string | undefined {
  const channel = channelName(page.channel);
  const why = page.lastError === undefined ? '' : `: ${page.lastError}`;
  switch (page.state) {
    case 'queued':
      return page.attemptCount === 0
        ? `about to page ${channel}`
        : `not yet reached ${channel} after ${countAttempts(page.attemptCount)}${why}`;
    case 'sending':
      return `paging ${channel} now`;
    case 'failed':
      return `could not page ${channel}${why}`;
    case 'delivered':
    case 'cancelled':
      return undefined;
  }
}

function countAttempts(count: number): string {
  return `${count} attempt${count === 1 ? '' : 's'}`;
}
