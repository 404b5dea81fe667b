/** How the page of an alert stands, and who has the alert, in one sentence. */
import type { Alert, Page } from './model.ts';
import { explainOutput } from './output.ts';
import { channelName, channelNames, clockTime } from './sentences.ts';
import { describeSilencing } from './silencing.ts';

/** Says what was sent, what is under way, what did not arrive, and whose the alert is now. */
export function describePaging(alert: Alert, pages: readonly Page[]): string {
  if (alert.firedAtMs === undefined) return 'No page: it has not fired.';
  const paging =
    alert.output === 'page'
      ? describePages(pages.filter((page) => page.kind === 'page'))
      : [`no page: ${explainOutput(alert.labels, alert.output)}`];
  const text = [...paging, ...describeStanding(alert)].join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function describePages(allPages: readonly Page[]): readonly string[] {
  const pages = newestOfChannels(allPages);
  const parts = [describeDelivered(pages), ...pages.map(describeOpen)].filter(
    (part) => part !== undefined,
  );
  if (parts.length > 0) return parts;
  const wasTried = allPages.some((page) => page.attemptCount > 0);
  return [wasTried ? 'no page is known to have arrived' : 'no page was sent'];
}

/** Who has it, or how it ended; nothing while somebody is still to be found. */
function describeStanding(alert: Alert): readonly string[] {
  const { resolvedAtMs, resolvedBy, acknowledgedAtMs, acknowledgedBy, recheckAtMs, silence } =
    alert;
  if (resolvedAtMs !== undefined) {
    if (resolvedBy === undefined) return [`it ended at ${clockTime(resolvedAtMs)}`];
    const resolved = `${resolvedBy} resolved it at ${clockTime(resolvedAtMs)}`;
    if (recheckAtMs === undefined) return [resolved];
    return [resolved, `it is reopened at ${clockTime(recheckAtMs)} if its rule still fires then`];
  }
  if (acknowledgedAtMs !== undefined) {
    return [`${acknowledgedBy} has had it since ${clockTime(acknowledgedAtMs)}`];
  }
  if (silence !== undefined) {
    const what = describeSilencing(silence, alert.firedAtMs ?? alert.activeAtMs);
    return [`${what}: ${silence.comment}`];
  }
  const isExhausted = alert.output === 'page' && alert.nextStepAtMs === undefined;
  return isExhausted ? ['nobody acknowledged, and no further step is left'] : [];
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
