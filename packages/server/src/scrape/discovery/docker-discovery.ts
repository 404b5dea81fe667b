/** Targets from the containers of a Docker engine (`docker_sd_configs`). */
import { createLabelsFromPairs, type Labels } from '../../series/index.ts';
import type { HttpClient } from '../http-client.ts';
import type { DockerDiscoveryConfig } from './config.ts';
import { createPolling, type Discovery, type DiscoveryTools } from './discovery.ts';
import { askJson } from './http-answers.ts';
import { JsonView, joinHostPort, sanitizeName } from './json-view.ts';

const CONTAINER = '__meta_docker_container_';
const NETWORK = '__meta_docker_network_';
const PORT = '__meta_docker_port_';
/** How far containers may share one another's network. */
const SHARED_DEPTH_MAX = 16;

/** Builds one; it closes the client when it stops. */
export function createDockerDiscovery(
  config: DockerDiscoveryConfig,
  tools: DiscoveryTools & { readonly client: HttpClient },
): Discovery {
  const base = baseUrl(config.host);
  const filters = Object.fromEntries(config.filters.map(({ name, values }) => [name, values]));
  const query =
    config.filters.length === 0 ? '' : `?filters=${encodeURIComponent(JSON.stringify(filters))}`;
  return createPolling({
    ...tools,
    intervalMs: config.refreshMs,
    onStop: () => tools.client.close(),
    async find(signal) {
      const ask = async (path: string): Promise<JsonView> => {
        const { value } = await askJson(tools.client, tools.clock, { url: base + path, signal });
        return new JsonView(value);
      };
      const containers = await ask(`/containers/json${query}`);
      const targets = listDockerTargets(config, containers, await ask('/networks'));
      return [{ source: 'Docker', targets, labels: { names: [], values: [] } }];
    },
  });
}

/** What a request names as its server; over a socket that is of no account. */
function baseUrl(host: string): string {
  if (host.startsWith('unix:')) return 'http://docker';
  return host.replace(/^tcp:/, 'http:').replace(/\/+$/, '');
}

/** The socket that a host means; undefined: it is reached over the network. */
export function dockerSocket(host: string): string | undefined {
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
}

type Pairs = readonly (readonly [string, string])[];

function readNetworks(value: JsonView): ReadonlyMap<string, Pairs> {
  return new Map(
    value
      .items()
      .map((network) => [
        network.text('Id'),
        [
          [`${NETWORK}id`, network.text('Id')],
          [`${NETWORK}name`, network.text('Name')],
          [`${NETWORK}scope`, network.text('Scope')],
          [`${NETWORK}internal`, network.text('Internal') || 'false'],
          [`${NETWORK}ingress`, network.text('Ingress') || 'false'],
          ...labelsOf(network, `${NETWORK}label_`),
        ],
      ]),
  );
}

function labelsOf(owner: JsonView, prefix: string): Pairs {
  const labels = owner.get('Labels').textMap();
  return labels.map(([name, value]) => [prefix + sanitizeName(name), value] as const);
}

interface Engine {
  readonly config: DockerDiscoveryConfig;
  readonly byId: ReadonlyMap<string, JsonView>;
  readonly networks: ReadonlyMap<string, Pairs>;
}

/** The targets of what an engine answers about its containers and its networks. */
export function listDockerTargets(
  config: DockerDiscoveryConfig,
  containers: JsonView,
  networks: JsonView,
): readonly Labels[] {
  const all = containers.items();
  const byId = new Map(all.map((one) => [one.text('Id'), one]));
  const engine = { config, byId, networks: readNetworks(networks) };
  return all.flatMap((one) => listTargets(engine, one));
}

/** A target for each TCP port in each network; where there is none, one with the usual port. */
function listTargets(engine: Engine, container: JsonView): readonly Labels[] {
  const [name] = container.get('Names').texts();
  if (name === undefined) return [];
  const { config } = engine;
  const mode = container.get('HostConfig').text('NetworkMode');
  const common: Pairs = [
    [`${CONTAINER}id`, container.text('Id')],
    [`${CONTAINER}name`, name],
    [`${CONTAINER}network_mode`, mode],
    [`${CONTAINER}image`, container.text('Image')],
    [`${CONTAINER}image_id`, container.text('ImageID')],
    ...labelsOf(container, `${CONTAINER}label_`),
  ];
  const ports = container
    .get('Ports')
    .items()
    .filter((port) => port.text('Type') === 'tcp');
  return listNetworks(engine, container).flatMap((network) => {
    const ip = network.text('IPAddress') || network.text('GlobalIPv6Address');
    const shared: Pairs = [
      ...common,
      ...(engine.networks.get(network.text('NetworkID')) ?? []),
      [`${NETWORK}ip`, ip],
    ];
    if (ports.length === 0) {
      const host = mode === 'host' ? config.hostNetworkingHost : joinHostPort(ip, config.port);
      return [createLabelsFromPairs([...shared, ['__address__', host]])];
    }
    return ports.map((port) =>
      createLabelsFromPairs([
        ...shared,
        ...portLabels(port),
        ['__address__', joinHostPort(ip, port.text('PrivatePort'))],
      ]),
    );
  });
}

function portLabels(port: JsonView): Pairs {
  const own: Pairs = [[`${PORT}private`, port.text('PrivatePort')]];
  const isPublic = (port.get('PublicPort').findNumber() ?? 0) > 0;
  if (!isPublic) return own;
  return [
    ...own,
    [`${PORT}public`, port.text('PublicPort')],
    [`${PORT}public_ip`, port.text('IP')],
  ];
}

/** Its own networks, else those of the container whose network it shares. */
function listNetworks({ config, byId }: Engine, container: JsonView): readonly JsonView[] {
  let owner: JsonView | undefined = container;
  for (let depth = 0; owner !== undefined && depth < SHARED_DEPTH_MAX; depth++) {
    const networks = owner
      .get('NetworkSettings')
      .get('Networks')
      .entries()
      .filter(([, network]) => network.isThere);
    if (networks.length > 0) {
      const sorted = [...networks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
      return config.matchFirstNetwork ? sorted.slice(0, 1) : sorted;
    }
    const mode = owner.get('HostConfig').text('NetworkMode');
    owner = mode.startsWith('container:') ? byId.get(mode.slice('container:'.length)) : undefined;
  }
  return [];
}
