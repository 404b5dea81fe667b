/** What Nines watches about itself outside of rules, because rules need the store that may be broken. */
import type { Alerts } from '../alerts/index.ts';
import type { Notices } from './notices.ts';

/** Where the store stops taking samples, and a little more, so that people hear of it before. */
const LOW_BYTES = 256 * 1024 * 1024;
/** The store's own low-water mark (tsdb/limits.ts). */
const STOP_BYTES = 64 * 1024 * 1024;

/** Raises and clears what follows from the room on the disk. */
export function createDiskWatch(options: {
  readonly dataDir: string;
  readonly freeBytes: () => number;
  readonly alerts: Pick<Alerts, 'internal'>;
  readonly notices: Notices;
}): () => Promise<void> {
  const { dataDir, freeBytes, alerts, notices } = options;
  // Undefined until the first look: an earlier process may have left its alert.
  let level: 'fine' | 'low' | 'stopped' | undefined;
  return async () => {
    const free = freeBytes();
    const next = free < STOP_BYTES ? 'stopped' : free < LOW_BYTES ? 'low' : 'fine';
    const mebibytes = Math.floor(free / 1024 / 1024);
    if (next === 'fine') {
      if (level === 'fine') return;
      level = next;
      notices.clear('disk.low');
      await alerts.internal.clearInternal('NinesDiskFull');
      return;
    }
    const what =
      next === 'stopped'
        ? `Scraping has stopped: the disk of ${dataDir} has ${mebibytes} MiB left.`
        : `The disk of ${dataDir} has ${mebibytes} MiB left; under 64 MiB scraping stops.`;
    const todo =
      'Nothing already stored is lost. Make room, or shorten storage.tsdb.retention.time.';
    notices.raise({
      code: 'disk.low',
      level: next === 'stopped' ? 'page' : 'ticket',
      title: next === 'stopped' ? 'The disk is full' : 'The disk is nearly full',
      details: [what, todo],
    });
    level = next;
    if (next !== 'stopped') return;
    await alerts.internal.raiseInternal({
      name: 'NinesDiskFull',
      labels: { job: 'nines' },
      annotations: {
        summary: 'The disk is full: Nines has stopped scraping',
        description: `${what} ${todo}`,
      },
      output: 'page',
    });
  };
}
