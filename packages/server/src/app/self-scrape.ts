/**
 * What Nines scrapes without being told to: itself, and the machine that it runs on. Neither goes
 * over the network, so neither needs an address, a port or a password.
 */
import { hostname } from 'node:os';
import type { Registry } from 'prom-client';
import type { HostCollector } from '../host/index.ts';
import { readYaml } from '../platform/index.ts';
import {
  DEFAULT_GLOBAL,
  type FetchBody,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../scrape/index.ts';
import type { Config } from './config.ts';

/** The job's name; also the name of the service that a first look at the board shows. */
export const SELF_JOB = 'nines';
/** As dashboards for node_exporter call it. */
export const HOST_JOB = 'node';
/** Often enough that the first page is alive within seconds. */
const INTERVAL = '5s';

/** Which of the two are wanted: who declares a job of the same name has it to himself. */
export function listOwnJobs({ watch, scrapeConfigs }: Config): ReadonlySet<string> {
  const declared = new Set(scrapeConfigs?.map(({ jobName }) => jobName));
  const wanted = [...(watch.self ? [SELF_JOB] : []), ...(watch.host ? [HOST_JOB] : [])];
  return new Set(wanted.filter((job) => !declared.has(job)));
}

/** What a configuration of its own would say. */
export function ownScrapeConfigs(
  jobs: ReadonlySet<string>,
  externalUrl: string,
): readonly ScrapeConfig[] {
  const { host } = new URL(externalUrl);
  const instances = new Map([
    [SELF_JOB, host],
    [HOST_JOB, hostname()],
  ]);
  const text = JSON.stringify(
    [...jobs].map((job) => ({
      job_name: job,
      scrape_interval: INTERVAL,
      scrape_timeout: INTERVAL,
      static_configs: [{ targets: [host], labels: { instance: instances.get(job) } }],
    })),
  );
  return readScrapeConfigs([readYaml({ text, file: 'built in' }).root], DEFAULT_GLOBAL);
}

/** Gets our own metrics without a detour over the network, TLS and authentication. */
export function createSelfFetch(registry: Registry): FetchBody {
  return async () => textBody(await registry.metrics());
}

/** Gets the machine's metrics. */
export function createHostFetch(collector: HostCollector): FetchBody {
  return async () => textBody(await collector.collect());
}

function textBody(text: string): Awaited<ReturnType<FetchBody>> {
  return { bytes: Buffer.from(text), contentType: 'text/plain; version=0.0.4' };
}
