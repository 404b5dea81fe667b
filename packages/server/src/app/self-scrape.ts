/** Nines as its own first target: without a configuration it watches itself. */
import type { Registry } from 'prom-client';
import { readYaml } from '../platform/index.ts';
import {
  DEFAULT_GLOBAL,
  type FetchBody,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../scrape/index.ts';

/** The job's name; also the name of the service that a first look at the board shows. */
export const SELF_JOB = 'nines';
/** Often enough that the first page is alive within seconds. */
const INTERVAL = '5s';

/** What a configuration of its own would say. */
export function selfScrapeConfigs(externalUrl: string): readonly ScrapeConfig[] {
  const { host } = new URL(externalUrl);
  const text = `- {job_name: ${SELF_JOB}, scrape_interval: ${INTERVAL}, scrape_timeout: ${INTERVAL}, static_configs: [{targets: ['${host}']}]}`;
  return readScrapeConfigs(readYaml({ text, file: 'built in' }).root, DEFAULT_GLOBAL);
}

/** Gets our own metrics without a detour over the network, TLS and authentication. */
export function createSelfFetch(registry: Registry): FetchBody {
  return async () => ({
    bytes: Buffer.from(await registry.metrics()),
    contentType: 'text/plain; version=0.0.4',
  });
}
