/** Targets that an HTTP server lists (`http_sd_configs`). */
import { invalid } from '../../platform/index.ts';
import type { HttpClient } from '../http-client.ts';
import type { HttpDiscoveryConfig } from './config.ts';
import { createPolling, type Discovery, type DiscoveryTools } from './discovery.ts';
import { readJsonGroups } from './group-reader.ts';
import { askText } from './http-answers.ts';

const JSON_TYPE = /^application\/json(?:;\s*charset="?utf-8"?)?$/i;

/** Builds one; it closes the client when it stops. */
export function createHttpDiscovery(
  config: HttpDiscoveryConfig,
  tools: DiscoveryTools & { readonly client: HttpClient },
): Discovery {
  const { url, refreshMs } = config;
  const headers = { 'X-Prometheus-Refresh-Interval-Seconds': String(refreshMs / 1000) };
  return createPolling({
    ...tools,
    intervalMs: refreshMs,
    onStop: () => tools.client.close(),
    async find(signal) {
      const answer = await askText(tools.client, tools.clock, { url, headers, signal });
      const type = (answer.headers['content-type'] ?? '').trim();
      if (!JSON_TYPE.test(type)) {
        const message = `${url} answered with Content-Type "${type}"; want application/json`;
        throw invalid('SCRAPE_DISCOVERY', message);
      }
      return readJsonGroups(answer.text, { source: url, labels: [['__meta_url', url]] });
    },
  });
}
