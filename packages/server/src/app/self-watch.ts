/** What Nines watches about itself outside of rules, because rules need the store that may be broken. */
import type { Alerts } from '../alerts/index.ts';
import type { Offender } from '../tsdb/index.ts';
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

/** Offenders, or blocks, that are named; who mends these finds the others. */
const OFFENDERS_NAMED_MAX = 5;

/** Raises and clears what follows from series that are refused. */
export function createSeriesWatch(options: {
  readonly offenders: () => readonly Offender[];
  readonly notices: Notices;
}): () => Promise<void> {
  const { offenders, notices } = options;
  return async () => {
    const found = offenders();
    if (found.length === 0) {
      notices.clear('series.over-budget');
      return;
    }
    const unnamed = found.length - OFFENDERS_NAMED_MAX;
    notices.raise({
      code: 'series.over-budget',
      level: 'ticket',
      title: 'New series are refused: there are too many',
      details: [
        ...found.slice(0, OFFENDERS_NAMED_MAX).map(describeOffender),
        ...(unnamed > 0 ? [`${unnamed} more have used up their budget.`] : []),
        'Series that are known, and those of all others, go on. What is refused is tried again every five minutes.',
      ],
    });
  };
}

/** Raises and clears what follows from blocks that cannot be read. */
export function createBlockWatch(options: {
  readonly unreadable: () => readonly { readonly dir: string; readonly reason: string }[];
  readonly notices: Notices;
}): () => void {
  const { unreadable, notices } = options;
  return () => {
    const found = unreadable();
    if (found.length === 0) {
      notices.clear('series.unreadable-blocks');
      return;
    }
    const unnamed = found.length - OFFENDERS_NAMED_MAX;
    notices.raise({
      code: 'series.unreadable-blocks',
      level: 'ticket',
      title: 'Part of the history cannot be read',
      details: [
        ...found.slice(0, OFFENDERS_NAMED_MAX).map(({ dir, reason }) => `${dir}: ${reason}`),
        ...(unnamed > 0 ? [`${unnamed} more cannot be read.`] : []),
        'Queries go on without it. nines tsdb verify tells what is damaged; bring the folders back from a backup, or move them away, and restart.',
      ],
    });
  };
}

function describeOffender(offender: Offender): string {
  const { kind, name, seriesCount, seriesMax, widestLabel, widestLabelValues } = offender;
  const setting = {
    job: 'storage.series_max_per_job',
    metric: 'storage.series_max_per_metric',
    store: 'storage.series_max',
  }[kind];
  const who = kind === 'store' ? 'The store' : `The ${kind} ${JSON.stringify(name)}`;
  const widest =
    widestLabel === ''
      ? 'see nines tsdb top for what there is most of'
      : `its label ${JSON.stringify(widestLabel)} has the most values (${widestLabelValues} in its newest series)`;
  return (
    `${who} has ${seriesCount} series, and may have ${seriesMax}: ${widest}. ` +
    `Drop what nobody needs by relabelling, or raise ${setting}.`
  );
}
