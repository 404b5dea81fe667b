/**
 * Probes, wired: those that somebody asks for, and those on a schedule, which are jobs like those
 * of scraping with a way of their own to get a body. What failed keeps its evidence for a while.
 */
import { type Clock, invalid, limitExceeded, notFound, readYaml } from '../platform/index.ts';
import type { ProbeOrder, ProbeResult } from '../probe/index.ts';
import {
  createHttpAccess,
  type FetchBody,
  type GlobalConfig,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../scrape/index.ts';
import type { Config } from './config.ts';
import { findModule, probeJob, type ScheduledProbe } from './probe-config.ts';

/** What is left of an interval for the answer to come back and be stored. */
const ANSWER_MS = 500;
/** More at once would measure this machine. */
const ASKED_AT_ONCE_MAX = 20;
/** Kept of each target: the newest tells what is wrong now, the others whether it is always that. */
const FAILURES_KEPT = 3;

export interface ProbeRequest {
  readonly target: string;
  readonly module: string;
  readonly hostname?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What is known of one target of a scheduled probe. */
export interface ProbeState {
  readonly last: ProbeResult;
  /** Newest first. */
  readonly failures: readonly ProbeResult[];
}

export interface Probes {
  /** Runs one now. Throws where there is no such module, or too many run. */
  ask(request: ProbeRequest): Promise<ProbeResult>;
  /** The body of a scheduled job. */
  readonly fetch: FetchBody;
  /** How the last run of a scheduled probe went; undefined: it has not run yet. */
  findState(probe: string, target: string): ProbeState | undefined;
  /** Forgets what is not on the schedule any more. */
  forget(schedule: readonly ScheduledProbe[]): void;
}

export function createProbes(options: {
  readonly clock: Clock;
  readonly config: () => Config;
}): Probes {
  const { clock } = options;
  const access = createHttpAccess(clock);
  const states = new Map<string, ProbeState>();
  let runningCount = 0;
  const run = async (order: ProbeOrder): Promise<ProbeResult> => {
    const { loadProber } = await import('../probe/index.ts');
    const runProbe = await loadProber();
    return runProbe(order, { clock, ...access });
  };
  return {
    async ask({ module: name, ...request }) {
      const config = options.config().probes;
      const module = findModule(config, name);
      if (module === undefined) throw notFound('PROBE_MODULE_UNKNOWN', `Unknown module "${name}"`);
      if (request.target === '') {
        throw invalid('PROBE_TARGET_MISSING', 'Target parameter is missing');
      }
      if (runningCount >= ASKED_AT_ONCE_MAX) {
        const message = `${ASKED_AT_ONCE_MAX} probes run already; ask again when one has ended`;
        throw limitExceeded('PROBE_TOO_MANY', message);
      }
      runningCount++;
      try {
        return await run({ ...request, module, allowsPrivate: config.allowsPrivate });
      } finally {
        runningCount--;
      }
    },
    async fetch({ url, headers, signal }) {
      const params = new URL(url).searchParams;
      const [name, target] = [params.get('probe') ?? '', params.get('target') ?? ''];
      const config = options.config().probes;
      const probe = config.schedule.find((one) => one.name === name);
      const module = probe === undefined ? undefined : findModule(config, probe.module);
      if (probe === undefined || module === undefined) {
        throw notFound('PROBE_MODULE_UNKNOWN', `the probe "${name}" is not on the schedule`);
      }
      const waitMs = Number(headers['x-prometheus-scrape-timeout-seconds'] ?? 10) * 1000;
      const timeoutMs = Math.max(ANSWER_MS, waitMs - ANSWER_MS);
      const { allowsPrivate } = probe;
      const result = await run({ module, target, timeoutMs, allowsPrivate, signal });
      const key = stateKey(name, target);
      const failures = states.get(key)?.failures ?? [];
      states.set(key, {
        last: result,
        failures: result.isSuccess ? failures : [result, ...failures].slice(0, FAILURES_KEPT),
      });
      return { bytes: Buffer.from(result.metrics), contentType: 'text/plain; version=0.0.4' };
    },
    findState: (probe, target) => states.get(stateKey(probe, target)),
    forget(schedule) {
      const known = new Set(
        schedule.flatMap(({ name, targets }) => targets.map((target) => stateKey(name, target))),
      );
      for (const key of states.keys()) if (!known.has(key)) states.delete(key);
    },
  };
}

function stateKey(probe: string, target: string): string {
  return `${probe}\n${target}`;
}

/** The job of a scheduled probe, as the configuration of a scrape would say it. */
export function probeJobs(
  schedule: readonly ScheduledProbe[],
  global: GlobalConfig,
  externalUrl: string,
): readonly ScrapeConfig[] {
  if (schedule.length === 0) return [];
  const { host } = new URL(externalUrl);
  const jobs = schedule.map((probe) => ({
    job_name: probeJob(probe.name),
    scrape_interval: `${probe.intervalMs}ms`,
    scrape_timeout: `${probe.intervalMs}ms`,
    metrics_path: '/probe',
    params: { probe: [probe.name], module: [probe.module] },
    static_configs: [{ targets: probe.targets, labels: labelsOf(probe) }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: host },
    ],
  }));
  const text = JSON.stringify(jobs);
  return readScrapeConfigs([readYaml({ text, file: 'built in' }).root], global);
}

function labelsOf({ name, module, service, kind }: ScheduledProbe): Record<string, string> {
  const labels = { probe: name, module, kind };
  return service === undefined ? labels : { ...labels, service };
}
