/**
 * Tells people when alerts cannot be written down.
 *
 * What rules say is refused meanwhile, so that new alerts page nobody: the one thing that must not
 * happen in silence. The alert about it needs no database (`internal.ts`).
 */
import type { Clock } from '../platform/index.ts';
import type { AlertBook } from './book.ts';
import type { InternalAlert, InternalAlerts } from './internal.ts';
import { RECORDS_AWAY_MS } from './limits.ts';

const NAME = 'NinesRecordsAway';

/** Builds the watch; to be called at each tick, after the book has tried to catch up. */
export function createRecordsWatch(options: {
  readonly book: Pick<AlertBook, 'trouble'>;
  readonly internal: Pick<InternalAlerts, 'raiseInternal' | 'clearInternal'>;
  readonly clock: Clock;
}): () => Promise<void> {
  const { book, internal, clock } = options;
  let sinceMs: number | undefined;
  let isRaised = false;
  return async () => {
    const trouble = book.trouble();
    if (trouble === undefined) {
      sinceMs = undefined;
      if (isRaised) await internal.clearInternal(NAME);
      isRaised = false;
      return;
    }
    const nowMs = clock.monotonicMs();
    sinceMs ??= nowMs;
    if (isRaised || nowMs - sinceMs < RECORDS_AWAY_MS) return;
    isRaised = true;
    await internal.raiseInternal(describeTrouble(trouble));
  };
}

function describeTrouble(trouble: string): InternalAlert {
  const description =
    'Until the database is back, alerts that begin page nobody, alerts that end stay open, and ' +
    `nobody can acknowledge; what was open before goes on paging. The reason: ${trouble}`;
  return {
    name: NAME,
    labels: { job: 'nines' },
    annotations: { summary: 'Nines cannot write alerts down: new ones page nobody', description },
    output: 'page',
  };
}
