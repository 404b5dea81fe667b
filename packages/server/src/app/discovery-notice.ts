/** Says on the board which targets can no longer be found. */
import type { DiscoveryState } from '../scrape/index.ts';
import type { Notices } from './notices.ts';

/** What fails for less than this is tried again before anybody needs to know; a file is not. */
const PATIENCE_MS = 30_000;

/** Raises the notice while a discovery fails for a while, or has never found anything. */
export function sayDiscoveries(
  notices: Pick<Notices, 'raise' | 'clear'>,
  states: readonly DiscoveryState[],
  nowMs: number,
): void {
  const failing = states.filter(({ kind, failingSince, updateCount }) => {
    if (failingSince === undefined) return false;
    return kind === 'file' || updateCount === 0 || nowMs - failingSince >= PATIENCE_MS;
  });
  if (failing.length === 0) {
    notices.clear('discovery.failing');
    return;
  }
  notices.raise({
    code: 'discovery.failing',
    level: 'ticket',
    title: 'Targets cannot be found; what was found before goes on to be scraped',
    details: failing.map(
      ({ kind, jobs, error }) => `${kind} for ${jobs.join(', ')}: ${error ?? 'no answer'}`,
    ),
  });
}
