/** One side of an alert storm: posts it as Prometheus does, and watches what receivers are told. */
import { setTimeout } from 'node:timers/promises';
import { readCpuMs, readPeakMib } from '../harness/process.ts';
import { createScratchFolder } from '../harness/server.ts';
import { startAlertmanager } from './program.ts';
import { type Sink, startSink } from './sink.ts';

export interface StormOptions {
  /** The peer's program; ours where it is left out. */
  readonly path?: string;
  readonly alertCount: number;
  readonly groupCount: number;
  readonly groupWaitMs: number;
  /** Alerts of one request; one request follows the other's answer, as Prometheus sends them. */
  readonly batchSize: number;
}

export interface StormReport {
  /** From the first request to the last answer. */
  readonly takenInMs: number;
  /** From the first request to the first notification. */
  readonly firstToldMs: number;
  /** From the first request to when every alert has been told of. */
  readonly allToldMs: number;
  readonly notifications: number;
  readonly groupsTold: number;
  readonly alertsTold: number;
  /** From before the first request until all was told. */
  readonly cpuMs: number;
  readonly peakMib: number;
  /** Requests that were not answered with 200. */
  readonly refused: number;
}

const HOUR_MS = 3_600_000;
const LOOK_MS = 20;
const TIMEOUT_MS = 90_000;

/** Starts one, lets the storm loose on it, and ends it. */
export async function measureStorm(options: StormOptions): Promise<StormReport> {
  await using opened = new AsyncDisposableStack();
  const sink = await startSink();
  opened.defer(async () => sink.stop());
  const { path, groupWaitMs } = options;
  const config = `
route: { receiver: ops, group_by: [cluster, alertname], group_wait: ${groupWaitMs}ms, group_interval: 5m, repeat_interval: 4h }
receivers: [{ name: ops, webhook_configs: [{ url: ${sink.url}/ops }] }]
`;
  const folder = createScratchFolder();
  const program = await startAlertmanager({ folder, config, ...(path !== undefined && { path }) });
  opened.defer(async () => program.stop());
  const { processId } = program;
  await setTimeout(SETTLE_MS);
  const bodies = planBodies(options);
  const cpuBeforeMs = readCpuMs(processId);
  const beganMs = performance.now();
  let refused = 0;
  for (const body of bodies) {
    const { status } = await program.post('/api/v2/alerts', body);
    if (status !== 200) refused++;
  }
  const takenInMs = performance.now() - beganMs;
  const told = await waitForAll(sink, options.alertCount);
  return {
    takenInMs: Math.round(takenInMs),
    firstToldMs: Math.round((sink.told[0]?.atMs ?? Number.NaN) - beganMs),
    allToldMs: Math.round((sink.told.at(-1)?.atMs ?? Number.NaN) - beganMs),
    notifications: sink.told.length,
    groupsTold: new Set(sink.told.map(({ groupKey }) => groupKey)).size,
    alertsTold: told,
    cpuMs: readCpuMs(processId) - cpuBeforeMs,
    peakMib: Math.round(readPeakMib(processId)),
    refused,
  };
}

/** What a start does once is in nobody's figures. */
const SETTLE_MS = 1_500;

/** The storm in requests: alerts of all groups mixed, as rules of many clusters fire at once. */
function planBodies({
  alertCount,
  groupCount,
  batchSize,
}: StormOptions): readonly (readonly unknown[])[] {
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + HOUR_MS).toISOString();
  const alerts = Array.from({ length: alertCount }, (_, index) => {
    const cluster = `cluster-${index % groupCount}`;
    const instance = `10.0.${Math.floor(index / 250)}.${index % 250}:9100`;
    return {
      labels: {
        alertname: 'NodeDown',
        cluster,
        instance,
        job: 'node',
        severity: 'page',
        n: `${index}`,
      },
      annotations: {
        summary: `${instance} of ${cluster} is down`,
        description: `${instance} has not answered its scrapes for more than five minutes.`,
        playbook: 'https://playbooks.example.com/NodeDown',
      },
      startsAt,
      endsAt,
      generatorURL: 'http://prometheus.example.com:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    };
  });
  const count = Math.ceil(alertCount / batchSize);
  return Array.from({ length: count }, (_, i) => alerts.slice(i * batchSize, (i + 1) * batchSize));
}

/** How many alerts were told of, once it is all of them or time has run out. */
async function waitForAll({ told }: Sink, alertCount: number): Promise<number> {
  const seen = new Set<string>();
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (let at = 0; seen.size < alertCount && performance.now() < deadlineMs; ) {
    for (; at < told.length; at++) for (const alert of told[at].alerts) seen.add(alert);
    await setTimeout(LOOK_MS);
  }
  return seen.size;
}
