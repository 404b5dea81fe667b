/**
 * A disk runs full under a server that scrapes: it stops, says so with a page, keeps what it has
 * (over a kill, too), still takes the acknowledgement, and goes on when there is room again.
 */
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { items, valueAt } from '../harness/json.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import type { SmallDisk } from '../harness/small-disk.ts';
import { waitUntil } from '../harness/wait.ts';

export interface DiskFullReport {
  readonly samplesBefore: number;
  /** From the full disk to the page at the webhook. */
  readonly pagedAfterMs: number;
  /** From the room on the disk to the first new sample. */
  readonly resumedAfterMs: number;
  readonly misses: readonly string[];
}

/** Enough for the first seconds, and more than the level at which the alert ends. */
export const DISK_BYTES = 400 * 1024 * 1024;
/** Under the 64 MiB at which the store stops. */
const FULL_BYTES = 32 * 1024 * 1024;
const SAMPLES_MIN = 10;
const ALERT = 'NinesDiskFull';

export async function runDiskFull(disk: SmallDisk): Promise<DiskFullReport> {
  let count = 0;
  const exporter = await startExporter(() => `load ${++count}\n`);
  const pager = await startPager();
  const start = async (): Promise<RunningServer> =>
    startServer({ config: configFor(exporter, pager), dataDir: `${disk.dir}/data` });
  let server = await start();
  try {
    await waitForSamples(server, SAMPLES_MIN);
    const filledMs = performance.now();
    disk.fillUpTo(FULL_BYTES);
    await pager.waitFor(({ body }) => JSON.stringify(body).includes(ALERT));
    const pagedAfterMs = Math.round(performance.now() - filledMs);
    const before = await readSamples(server);
    const misses = [...(await findUnstopped(server, exporter, before))];
    await acknowledge(server);
    await server.stop('SIGKILL');
    server = await start();
    misses.push(...findLost(before, await readSamples(server)));
    const clearedMs = performance.now();
    disk.clear();
    await waitForSamples(server, before.length + 1);
    const resumedAfterMs = Math.round(performance.now() - clearedMs);
    await waitUntil(`${ALERT} to end`, async () =>
      (await findAlert(server)) === undefined ? true : undefined,
    );
    misses.push(...findLost(before, await readSamples(server)));
    return { samplesBefore: before.length, pagedAfterMs, resumedAfterMs, misses };
  } finally {
    await server.stop();
    await Promise.all([exporter.stop(), pager.stop()]);
  }
}

type Sample = readonly [time: number, value: string];

async function readSamples(server: RunningServer): Promise<readonly Sample[]> {
  const answer = await server.get(`/api/v1/query?query=${encodeURIComponent('load[1h]')}`);
  return items(valueAt(answer, 'data', 'result', 0, 'values')).map(
    (point) => [Number(valueAt(point, 0)), String(valueAt(point, 1))] as const,
  );
}

async function waitForSamples(server: RunningServer, count: number): Promise<void> {
  await waitUntil(`${count} samples`, async () =>
    (await readSamples(server)).length >= count ? true : undefined,
  );
}

/** Some scrapes later: nothing new is stored, and the target says why. */
async function findUnstopped(
  server: RunningServer,
  exporter: FakeExporter,
  before: readonly Sample[],
): Promise<readonly string[]> {
  const scrapes = exporter.scrapeCount();
  await waitUntil('some more scrapes, or their end', async () => {
    const isTried = exporter.scrapeCount() >= scrapes + 3;
    const { targets } = await server.client('listTargets', {});
    return isTried || targets.some(({ job, health }) => job === 'load' && health === 'down')
      ? true
      : undefined;
  });
  const after = await readSamples(server);
  const { targets } = await server.client('listTargets', {});
  const load = targets.filter(({ job }) => job === 'load');
  const reasons = load.map(({ lastError }) => lastError ?? '');
  return [
    ...(after.length === before.length ? [] : ['samples were stored on a full disk']),
    ...(reasons.every((reason) => /bytes left|disk/.test(reason)) ? [] : [reasons.join('; ')]),
  ];
}

function findLost(before: readonly Sample[], after: readonly Sample[]): readonly string[] {
  const found = new Map(after);
  return before.flatMap(([time, value]) =>
    found.get(time) === value ? [] : [`${value} at ${time} is now ${found.get(time) ?? 'gone'}`],
  );
}

async function findAlert(server: RunningServer): Promise<string | undefined> {
  const { alerts } = await server.client('listAlerts', { query: { state: 'active' } });
  return alerts.find(({ name }) => name === ALERT)?.id;
}

/** Records are still written: there is room kept for them. */
async function acknowledge(server: RunningServer): Promise<void> {
  const id = await findAlert(server);
  if (id === undefined) throw new Error(`there is no ${ALERT}`);
  await server.client('acknowledgeAlert', { params: { id } });
}

function configFor(exporter: FakeExporter, pager: FakePager): string {
  return `
global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - job_name: load
    static_configs: [{ targets: ['${exporter.address}'] }]
webhooks:
  - { name: ops, url: '${pager.url}', allow_private: true }
escalation_policies:
  - name: default
    steps:
      - { notify: [webhook/ops], wait: 1h }
`;
}
