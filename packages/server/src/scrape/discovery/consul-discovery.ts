/**
 * Targets from the services of a Consul (`consul_sd_configs`).
 *
 * The catalog says which services there are, and each of them is watched by itself. Both by
 * blocking queries: the server holds an answer back until there is news, so that a change is known
 * at once and nothing is asked when nothing happens.
 */
import type { IncomingMessage } from 'node:http';
import { createLabelsFromPairs, type Labels } from '../../series/index.ts';
import type { TargetGroup } from '../config.ts';
import type { HttpClient } from '../http-client.ts';
import { readSecret } from '../secret.ts';
import type { ConsulDiscoveryConfig } from './config.ts';
import {
  type Discovery,
  type DiscoverySink,
  type DiscoveryTools,
  repeat,
  type Repeated,
} from './discovery.ts';
import { askJson } from './http-answers.ts';
import { JsonView, joinHostPort, sanitizeName } from './json-view.ts';
import { CONSUL_SERVICES_MAX, CONSUL_WAIT_MS } from './limits.ts';

const META = '__meta_consul_';

export interface ConsulTools extends DiscoveryTools {
  readonly client: HttpClient;
}

/** Builds one; it closes the client when it stops. */
export function createConsulDiscovery(
  config: ConsulDiscoveryConfig,
  tools: ConsulTools,
): Discovery {
  let consul: Consul | undefined;
  return {
    start(sink) {
      consul = new Consul(config, tools, sink);
    },
    stop() {
      consul?.stop();
      tools.client.close();
    },
  };
}

interface Watch {
  readonly repeated: Repeated;
  group: TargetGroup | undefined;
}

class Consul {
  readonly #config: ConsulDiscoveryConfig;
  readonly #tools: ConsulTools;
  readonly #sink: DiscoverySink;
  readonly #watches = new Map<string, Watch>();
  readonly #catalog: Repeated;
  #datacenter: string;
  #isStopped = false;

  constructor(config: ConsulDiscoveryConfig, tools: ConsulTools, sink: DiscoverySink) {
    this.#config = config;
    this.#tools = tools;
    this.#sink = sink;
    this.#datacenter = config.datacenter;
    let index = 0;
    this.#catalog = this.#repeat('', async (signal) => {
      await this.#findDatacenter(signal);
      const before = index;
      index = 0;
      if (this.#areServicesGiven) this.#watchOnly(config.services);
      else index = await this.#readCatalog(before, signal);
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#catalog.stop();
    for (const { repeated } of this.#watches.values()) repeated.stop();
  }

  /** Then there is nothing to learn from the catalog. */
  get #areServicesGiven(): boolean {
    const { services, tags, filter } = this.#config;
    return services.length > 0 && tags.length === 0 && filter === '';
  }

  #repeat(part: string, round: (signal: AbortSignal) => Promise<void>): Repeated {
    const onOutcome = (reason: string | undefined): void => this.#sink.onProblem(part, reason);
    return repeat({ ...this.#tools, intervalMs: this.#config.refreshMs, round, onOutcome });
  }

  /** The agent's own, where none is configured; groups carry its name. */
  async #findDatacenter(signal: AbortSignal): Promise<void> {
    if (this.#datacenter !== '') return;
    const { value } = await this.#ask('/v1/agent/self', new URLSearchParams(), { signal });
    this.#datacenter = value.get('Config').text('Datacenter');
  }

  async #readCatalog(index: number, signal: AbortSignal): Promise<number> {
    const query = this.#query(index, this.#config.filter);
    const options = { signal, waitMs: CONSUL_WAIT_MS };
    const { value, headers } = await this.#ask('/v1/catalog/services', query, options);
    const next = readIndex(headers, index);
    if (next === index && index > 0) return next;
    const names = value
      .entries()
      .filter(([name, tags]) => this.#isWanted(name, tags.texts()))
      .map(([name]) => name);
    this.#watchOnly(names.slice(0, CONSUL_SERVICES_MAX));
    const surplus = `${names.length} services; at most ${CONSUL_SERVICES_MAX} are watched`;
    const isTooMany = names.length > CONSUL_SERVICES_MAX;
    this.#sink.onProblem('the catalog', isTooMany ? surplus : undefined);
    return next;
  }

  #isWanted(name: string, tags: readonly string[]): boolean {
    const { services } = this.#config;
    if (services.length > 0 && !services.includes(name)) return false;
    return this.#config.tags.every((tag) => tags.includes(tag));
  }

  #watchOnly(names: readonly string[]): void {
    const wanted = new Set(names);
    for (const [name, { repeated }] of this.#watches) {
      if (wanted.has(name)) continue;
      repeated.stop();
      this.#watches.delete(name);
      this.#sink.onProblem(`service ${name}`, undefined);
    }
    for (const name of wanted) if (!this.#watches.has(name)) this.#watch(name);
    this.#tell();
  }

  #watch(name: string): void {
    let index = 0;
    const repeated = this.#repeat(`service ${name}`, async (signal) => {
      const before = index;
      // Where this round fails the next one asks for an answer at once, to know that all is well.
      index = 0;
      const query = this.#query(before, this.#config.healthFilter);
      for (const tag of this.#config.tags) query.append('tag', tag);
      const path = `/v1/health/service/${encodeURIComponent(name)}`;
      const options = { signal, waitMs: CONSUL_WAIT_MS };
      const { value, headers } = await this.#ask(path, query, options);
      const next = readIndex(headers, before);
      const watch = this.#watches.get(name);
      const isNews = next !== before || watch?.group === undefined;
      index = next;
      if (watch === undefined || !isNews || signal.aborted) return;
      watch.group = this.#createGroup(name, value);
      this.#tell();
    });
    this.#watches.set(name, { repeated, group: undefined });
  }

  /** Groups count once each service has answered: half of them would end the other targets. */
  #tell(): void {
    const groups = [...this.#watches.values()].map(({ group }) => group);
    const isComplete = groups.every((group) => group !== undefined);
    if (this.#isStopped || !(isComplete || this.#hasTold)) return;
    this.#hasTold = true;
    this.#sink.onGroups(groups.filter((group) => group !== undefined));
  }
  #hasTold = false;

  #query(index: number, filter: string): URLSearchParams {
    const { datacenter, namespace, partition, allowStale, nodeMeta } = this.#config;
    const query = new URLSearchParams();
    if (index > 0) query.set('index', String(index));
    query.set('wait', `${CONSUL_WAIT_MS / 1000}s`);
    if (datacenter !== '') query.set('dc', datacenter);
    if (namespace !== '') query.set('ns', namespace);
    if (partition !== '') query.set('partition', partition);
    if (allowStale) query.set('stale', '');
    for (const [key, value] of Object.entries(nodeMeta)) {
      query.append('node-meta', `${key}:${value}`);
    }
    if (filter !== '') query.set('filter', filter);
    return query;
  }

  async #ask(
    path: string,
    query: URLSearchParams,
    options: { readonly signal: AbortSignal; readonly waitMs?: number },
  ): Promise<{ readonly value: JsonView; readonly headers: IncomingMessage['headers'] }> {
    const { url, token } = this.#config;
    const headers: Record<string, string> =
      token === undefined ? {} : { 'X-Consul-Token': await readSecret(token) };
    const { client, clock } = this.#tools;
    const asked = query.size === 0 ? url + path : `${url}${path}?${query.toString()}`;
    const answer = await askJson(client, clock, { url: asked, headers, ...options });
    return { value: new JsonView(answer.value), headers: answer.headers };
  }

  #createGroup(name: string, nodes: JsonView): TargetGroup {
    const labels = createLabelsFromPairs([
      [`${META}service`, name],
      [`${META}dc`, this.#datacenter],
    ]);
    const separator = this.#config.tagSeparator;
    return {
      source: name,
      targets: listConsulTargets(nodes, separator),
      labels,
    };
  }
}

/** An index that goes back means that the server has begun anew, and so do we. */
function readIndex(headers: IncomingMessage['headers'], before: number): number {
  const [text] = [headers['x-consul-index'] ?? '0'].flat();
  const index = Number(text);
  return Number.isSafeInteger(index) && index >= before ? index : 0;
}

/** The targets of an answer about the health of a service. */
export function listConsulTargets(nodes: JsonView, separator: string): readonly Labels[] {
  return nodes.items().map((one) => createTarget(one, separator));
}

function createTarget(entry: JsonView, separator: string): Labels {
  const node = entry.get('Node');
  const service = entry.get('Service');
  const address = service.text('Address') || node.text('Address');
  const prefixed = (owner: JsonView, prefix: string): readonly (readonly [string, string])[] =>
    owner.textMap().map(([key, value]) => [META + prefix + sanitizeName(key), value] as const);
  // The separator stands around the list, too, so that rules need not care for first and last.
  const tags = ['', ...service.get('Tags').texts(), ''].join(separator);
  return createLabelsFromPairs([
    ...prefixed(node.get('Meta'), 'metadata_'),
    ...prefixed(service.get('Meta'), 'service_metadata_'),
    ...prefixed(node.get('TaggedAddresses'), 'tagged_address_'),
    ['__address__', joinHostPort(address, service.text('Port'))],
    [`${META}address`, node.text('Address')],
    [`${META}node`, node.text('Node')],
    [`${META}namespace`, service.text('Namespace')],
    [`${META}partition`, service.text('Partition')],
    [`${META}tags`, tags === separator ? separator + separator : tags],
    [`${META}service_address`, service.text('Address')],
    [`${META}service_port`, service.text('Port')],
    [`${META}service_id`, service.text('ID')],
    [`${META}health`, healthOf(entry.get('Checks').items())],
  ]);
}

/** The worst of the checks; maintenance is worse than all. */
function healthOf(checks: readonly JsonView[]): string {
  const isMaintenance = checks.some((check) => {
    const id = check.text('CheckID');
    return id === '_node_maintenance' || id.startsWith('_service_maintenance:');
  });
  if (isMaintenance) return 'maintenance';
  const states = new Set(checks.map((check) => check.text('Status')));
  const worst = ['critical', 'warning', 'passing'].find((state) => states.has(state));
  return worst ?? (checks.length === 0 ? 'passing' : '');
}
