/** An alert storm: what `nines alertmanager` makes of it, and Alertmanager beside it. */
import { measureStorm, type StormReport } from '../alertmanager/load.ts';
import { findPrograms } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const ALERTS = 10_000;
const GROUPS = 500;
const GROUP_WAIT_MS = 5_000;
const LATENESS_MS_MAX = 1_000;
/** About 100 MiB of it are there without an alert. */
const PEAK_MIB_MAX = 256;
/** Prometheus before 3.0 sends 64 at once, now 256; others send what they have. */
const BATCH_SIZES = [64, 256, 2_500];

export const alertmanagerLoad: Verification = {
  name: 'alertmanager-load',
  promise: `of ${ALERTS} alerts in ${GROUPS} groups at once, the first is told within group_wait and a second, and all of them, in ${PEAK_MIB_MAX} MiB`,
  async run() {
    const [peer] = findPrograms('prometheus-alertmanager');
    if (peer === undefined) return missing('prometheus-alertmanager in NINES_PEERS or PATH');
    const storm = { alertCount: ALERTS, groupCount: GROUPS, groupWaitMs: GROUP_WAIT_MS };
    const misses: string[] = [];
    const figures: Record<string, unknown> = {};
    for (const batchSize of BATCH_SIZES) {
      const theirs = await measureStorm({ ...storm, batchSize, path: peer });
      const ours = await measureStorm({ ...storm, batchSize });
      figures[`batchesOf${batchSize}`] = { ours, theirs, ratio: compare(ours, theirs) };
      misses.push(...findMisses(ours).map((miss) => `in batches of ${batchSize}: ${miss}`));
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};

function findMisses(report: StormReport): readonly string[] {
  const { refused, firstToldMs, groupsTold, alertsTold, peakMib } = report;
  const misses: string[] = [];
  if (refused > 0) misses.push(`${refused} requests were refused`);
  // The wait has to be over, too: an early notification would lack alerts.
  if (!(firstToldMs >= GROUP_WAIT_MS && firstToldMs <= GROUP_WAIT_MS + LATENESS_MS_MAX)) {
    misses.push(`the first notification came after ${firstToldMs} ms`);
  }
  if (groupsTold !== GROUPS) misses.push(`${groupsTold} groups of ${GROUPS} were told of`);
  if (alertsTold !== ALERTS) misses.push(`${alertsTold} alerts of ${ALERTS} were told of`);
  if (!(peakMib <= PEAK_MIB_MAX)) misses.push(`${peakMib} MiB were resident`);
  return misses;
}

function compare(ours: StormReport, theirs: StormReport): Readonly<Record<string, number>> {
  const ratio = (a: number, b: number): number => Math.round((a / b) * 100) / 100;
  return {
    takenIn: ratio(ours.takenInMs, theirs.takenInMs),
    allTold: ratio(ours.allToldMs, theirs.allToldMs),
    cpu: ratio(ours.cpuMs, theirs.cpuMs),
    peak: ratio(ours.peakMib, theirs.peakMib),
  };
}
