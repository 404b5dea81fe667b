/** Targets from the objects of a Kubernetes cluster (`kubernetes_sd_configs`). */
import type { HttpClientConfig, ClusterEnvironment, Timer } from '../../platform/index.ts';
import type { TargetGroup } from '../config.ts';
import type { HttpClient } from '../http-client.ts';
import type { KubernetesDiscoveryConfig, KubernetesRole } from './config.ts';
import {
  type Discovery,
  type DiscoverySink,
  type DiscoveryTools,
  repeat,
  type Repeated,
} from './discovery.ts';
import type { JsonView } from './json-view.ts';
import { findServer, readOwnNamespace } from './kubernetes-access.ts';
import {
  endpointsGroup,
  endpointSliceGroup,
  ingressGroup,
  nodeGroup,
  podGroup,
  serviceGroup,
  type Surroundings,
} from './kubernetes-groups.ts';
import {
  readEndpoints,
  readEndpointSlice,
  readIngress,
  readNamespace,
  readNode,
  readPod,
  readService,
} from './kubernetes-objects.ts';
import { Reflector } from './kubernetes-reflector.ts';
import { KUBERNETES_SETTLE_MS, RETRY_MS_MAX } from './limits.ts';

export interface KubernetesTools extends DiscoveryTools {
  readonly createClient: (config: HttpClientConfig) => HttpClient;
  readonly readEnvironment?: () => ClusterEnvironment;
}

/** Builds one. */
export function createKubernetesDiscovery(
  config: KubernetesDiscoveryConfig,
  tools: KubernetesTools,
): Discovery {
  let cluster: Cluster | undefined;
  let opening: Repeated | undefined;
  return {
    start(sink) {
      // A service account's files may come later than we do.
      opening = repeat({
        ...tools,
        intervalMs: RETRY_MS_MAX,
        onOutcome: (reason) => sink.onProblem('', reason),
        async round(signal) {
          const server = await findServer(config.access, tools.readEnvironment);
          const own = config.ownNamespace ? [await readOwnNamespace()] : [];
          if (signal.aborted || cluster !== undefined) return;
          sink.onProblem('', undefined);
          opening?.stop();
          const namespaces = [...new Set([...config.namespaces, ...own])];
          const client = tools.createClient(server.http);
          cluster = new Cluster({ config, tools, sink, client, url: server.url, namespaces });
        },
      });
    },
    stop() {
      opening?.stop();
      cluster?.stop();
    },
  };
}

interface ClusterOptions {
  readonly config: KubernetesDiscoveryConfig;
  readonly tools: KubernetesTools;
  readonly sink: DiscoverySink;
  readonly client: HttpClient;
  readonly url: string;
  /** Empty: all. */
  readonly namespaces: readonly string[];
}

const PATHS = {
  pod: ['/api/v1', 'pods'],
  service: ['/api/v1', 'services'],
  endpoints: ['/api/v1', 'endpoints'],
  endpointslice: ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  ingress: ['/apis/networking.k8s.io/v1', 'ingresses'],
  node: ['/api/v1', 'nodes'],
  namespace: ['/api/v1', 'namespaces'],
} as const;
type Kind = keyof typeof PATHS;

/** Copies of all objects of one kind, one for each namespace that is asked for. */
class Objects<T> {
  readonly reflectors: readonly Reflector<T>[];

  constructor(reflectors: readonly Reflector<T>[]) {
    this.reflectors = reflectors;
  }

  find(namespace: string, name: string): T | undefined {
    for (const reflector of this.reflectors) {
      const found = reflector.get(namespace, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *all(): Generator<T> {
    for (const reflector of this.reflectors) yield* reflector.objects();
  }
}

class Cluster {
  readonly #options: ClusterOptions;
  readonly #reflectors: Reflector<unknown>[] = [];
  readonly #listGroups: () => readonly TargetGroup[];
  #timer: Timer | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#listGroups = this.#createRole(options.config.role);
    for (const reflector of this.#reflectors) reflector.start();
  }

  stop(): void {
    this.#timer?.cancel();
    for (const reflector of this.#reflectors) reflector.stop();
    this.#options.client.close();
  }

  #open<T>(kind: Kind, read: (object: JsonView) => T): Objects<T> {
    const { url, client, sink, tools, config, namespaces } = this.#options;
    const [base, plural] = PATHS[kind];
    const isGlobal = kind === 'node' || kind === 'namespace';
    const paths =
      isGlobal || namespaces.length === 0
        ? [`${base}/${plural}`]
        : namespaces.map((name) => `${base}/namespaces/${encodeURIComponent(name)}/${plural}`);
    const selector = config.selectors.find(({ role }) => role === kind) ?? { label: '', field: '' };
    const reflectors = paths.map(
      (path) =>
        new Reflector<T>({
          ...tools,
          client,
          url: url + path,
          selector,
          read,
          onChange: () => this.#changed(),
          onOutcome: (reason) => sink.onProblem(path, reason),
        }),
    );
    this.#reflectors.push(...reflectors);
    return new Objects(reflectors);
  }

  #createRole(role: KubernetesRole): () => readonly TargetGroup[] {
    const { attachNode, attachNamespace } = this.#options.config;
    const isNodeUseful = ['pod', 'endpoints', 'endpointslice'].includes(role);
    const nodes = attachNode && isNodeUseful ? this.#open('node', readNode) : undefined;
    const spaces =
      attachNamespace && role !== 'node' ? this.#open('namespace', readNamespace) : undefined;
    const isBehind = role === 'endpoints' || role === 'endpointslice';
    const services = isBehind ? this.#open('service', readService) : undefined;
    const pods = isBehind ? this.#open('pod', readPod) : undefined;
    const around: Surroundings = {
      pod: (namespace, name) => pods?.find(namespace, name),
      service: (namespace, name) => services?.find(namespace, name),
      node: (name) => nodes?.find('', name),
      namespace: (name) => spaces?.find('', name),
      isNodeNeeded: nodes !== undefined,
    };
    return this.#createGroups(role, around);
  }

  #createGroups(role: KubernetesRole, around: Surroundings): () => readonly TargetGroup[] {
    switch (role) {
      case 'pod':
        return listWith(this.#open('pod', readPod), around, podGroup);
      case 'service':
        return listWith(this.#open('service', readService), around, serviceGroup);
      case 'endpoints':
        return listWith(this.#open('endpoints', readEndpoints), around, endpointsGroup);
      case 'endpointslice':
        return listWith(this.#open('endpointslice', readEndpointSlice), around, endpointSliceGroup);
      case 'node':
        return listWith(this.#open('node', readNode), around, nodeGroup);
      case 'ingress':
        return listWith(this.#open('ingress', readIngress), around, ingressGroup);
    }
  }

  /** Changes come by the hundred when something is rolled out; groups are made once for many. */
  #changed(): void {
    if (this.#timer !== undefined || !this.#reflectors.every((one) => one.isSynced)) return;
    this.#timer = this.#options.tools.clock.after(KUBERNETES_SETTLE_MS, () => {
      this.#timer = undefined;
      this.#options.sink.onGroups(this.#listGroups());
    });
  }
}

/** Groups that were made of the same objects are the same: most of a cluster stays as it is. */
function listWith<T extends object>(
  objects: Objects<T>,
  around: Surroundings,
  createGroup: (object: T, around: Surroundings) => TargetGroup,
): () => readonly TargetGroup[] {
  interface Made {
    readonly group: TargetGroup;
    /** All else that was looked up for it, and what was found. */
    readonly asked: readonly (readonly [() => unknown, unknown])[];
  }
  const made = new WeakMap<T, Made>();
  return () =>
    [...objects.all()].map((object) => {
      const before = made.get(object);
      const isSame = before?.asked.every(([ask, answer]) => ask() === answer) ?? false;
      if (before !== undefined && isSame) return before.group;
      const asked: [() => unknown, unknown][] = [];
      const note = <R>(ask: () => R): R => {
        const answer = ask();
        asked.push([ask, answer]);
        return answer;
      };
      const group = createGroup(object, {
        pod: (namespace, name) => note(() => around.pod(namespace, name)),
        service: (namespace, name) => note(() => around.service(namespace, name)),
        node: (name) => note(() => around.node(name)),
        namespace: (name) => note(() => around.namespace(name)),
        isNodeNeeded: around.isNodeNeeded,
      });
      made.set(object, { group, asked });
      return group;
    });
}
