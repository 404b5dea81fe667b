/**
 * From the objects of a cluster to groups of targets: one group for each object of the role, with
 * the labels that Prometheus gives it.
 */
import { createLabelsFromPairs, type Labels } from '../../series/index.ts';
import type { TargetGroup } from '../config.ts';
import { joinHostPort, sanitizeName } from './json-view.ts';
import {
  annotationLabels,
  type LabelPair,
  META,
  namespaceLabel,
  nodeLabels,
  objectLabels,
  podLabels,
  serviceLabels,
} from './kubernetes-labels.ts';
import type {
  Container,
  ContainerPort,
  Endpoints,
  EndpointAddress,
  EndpointSlice,
  Ingress,
  Namespace,
  Node,
  ObjectReference,
  Pod,
  Service,
  SliceEndpoint,
  SlicePort,
} from './kubernetes-objects.ts';

/** What else is known of the cluster; undefined where it is not known or not wanted. */
export interface Surroundings {
  readonly pod: (namespace: string, name: string) => Pod | undefined;
  readonly service: (namespace: string, name: string) => Service | undefined;
  /** For `attach_metadata`. */
  readonly node: (name: string) => Node | undefined;
  readonly namespace: (name: string) => Namespace | undefined;
  /** Whether pods without a known node are left out. */
  readonly isNodeNeeded: boolean;
}

function* attachedNamespace(around: Surroundings, name: string): Generator<LabelPair> {
  const namespace = around.namespace(name);
  if (namespace !== undefined) yield* annotationLabels(namespace.meta, 'namespace');
}

function* attachedNode(around: Surroundings, name: string | undefined): Generator<LabelPair> {
  const node = name === undefined ? undefined : around.node(name);
  if (node !== undefined) yield* objectLabels(node.meta, 'node');
}

function* containerLabels(container: Container, port?: ContainerPort): Generator<LabelPair> {
  yield [`${META}pod_container_name`, container.name];
  yield [`${META}pod_container_image`, container.image];
  yield [`${META}pod_container_init`, String(container.isInit)];
  if (port === undefined) return;
  yield [`${META}pod_container_port_name`, port.name];
  yield [`${META}pod_container_port_number`, port.port];
  yield [`${META}pod_container_port_protocol`, port.protocol];
}

/** A target for each port of each container; a container without ports is one without a port. */
export function podGroup(pod: Pod, around: Surroundings): TargetGroup {
  const { namespace, name } = pod.meta;
  const source = `pod/${namespace}/${name}`;
  const isNodeMissing = around.isNodeNeeded && around.node(pod.nodeName) === undefined;
  if (pod.ip === '' || isNodeMissing) return emptyGroup(source);
  const targets = pod.containers.flatMap((container) => {
    const id: LabelPair = [`${META}pod_container_id`, container.id];
    if (container.ports.length === 0) {
      const address: LabelPair = ['__address__', pod.ip];
      return [createLabelsFromPairs([address, id, ...containerLabels(container)])];
    }
    return container.ports.map((port) =>
      createLabelsFromPairs([
        ['__address__', joinHostPort(pod.ip, port.port)],
        id,
        ...containerLabels(container, port),
      ]),
    );
  });
  const labels = createLabelsFromPairs([
    ...podLabels(pod),
    ...namespaceLabel(pod.meta),
    ...attachedNode(around, pod.nodeName),
    ...attachedNamespace(around, namespace),
  ]);
  return { source, targets, labels };
}

function emptyGroup(source: string): TargetGroup {
  return { source, targets: [], labels: { names: [], values: [] } };
}

/** A target for each port, by the name that the cluster's DNS gives the service. */
export function serviceGroup(service: Service, around: Surroundings): TargetGroup {
  const { name, namespace } = service.meta;
  const own: LabelPair[] = [
    [`${META}service_type`, service.type],
    service.type === 'ExternalName'
      ? [`${META}service_external_name`, service.externalName]
      : [`${META}service_cluster_ip`, service.clusterIp],
  ];
  if (service.type === 'LoadBalancer') {
    own.push([`${META}service_loadbalancer_ip`, service.loadBalancerIp]);
  }
  const targets = service.ports.map((port) =>
    createLabelsFromPairs([
      ['__address__', joinHostPort(`${name}.${namespace}.svc`, port.port)],
      [`${META}service_port_name`, port.name],
      [`${META}service_port_number`, port.port],
      [`${META}service_port_protocol`, port.protocol],
      ...own,
    ]),
  );
  const labels = createLabelsFromPairs([
    ...serviceLabels(service),
    ...attachedNamespace(around, namespace),
  ]);
  return { source: `svc/${namespace}/${name}`, targets, labels };
}

const NODE_ADDRESSES = [
  'InternalIP',
  'InternalDNS',
  'ExternalIP',
  'ExternalDNS',
  'LegacyHostIP',
  'Hostname',
];

/** A target for each node: its kubelet. */
export function nodeGroup(node: Node): TargetGroup {
  const source = `node/${node.meta.name}`;
  const type = NODE_ADDRESSES.find((one) => node.addresses.has(one));
  if (type === undefined) return emptyGroup(source);
  const target = createLabelsFromPairs([
    ...[...node.addresses].map(
      ([kind, address]): LabelPair => [`${META}node_address_${sanitizeName(kind)}`, address],
    ),
    ['__address__', joinHostPort(node.addresses.get(type) ?? '', node.kubeletPort)],
    ['instance', node.meta.name],
  ]);
  return { source, targets: [target], labels: createLabelsFromPairs(nodeLabels(node)) };
}

/** A target for each path of each rule, for probes. */
export function ingressGroup(ingress: Ingress, around: Surroundings): TargetGroup {
  const { name, namespace } = ingress.meta;
  const targets = ingress.rules.flatMap(({ host, paths }) => {
    const isTls = ingress.tlsHosts.some((pattern) => matchesHost(pattern, host));
    return paths.map((path) =>
      createLabelsFromPairs([
        ['__address__', host],
        [`${META}ingress_scheme`, isTls ? 'https' : 'http'],
        [`${META}ingress_host`, host],
        [`${META}ingress_path`, path],
      ]),
    );
  });
  const labels = createLabelsFromPairs([
    ...namespaceLabel(ingress.meta),
    [`${META}ingress_class_name`, ingress.className ?? ''],
    ...objectLabels(ingress.meta, 'ingress'),
    ...attachedNamespace(around, namespace),
  ]);
  return { source: `ingress/${namespace}/${name}`, targets, labels };
}

/** A star stands for the first part of a host's name, and for nothing else. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith('*.') && host.replace(/^[^.]*/, '*') === pattern;
}

/** A target for each address and port, and one for each further port of the pods behind them. */
export function endpointsGroup(endpoints: Endpoints, around: Surroundings): TargetGroup {
  const { name, namespace } = endpoints.meta;
  const behind = new PodsBehind();
  const targets: Labels[] = [];
  const add = (address: EndpointAddress, port: ContainerPort, isReady: boolean): void => {
    const { targetRef, nodeName } = address;
    const node = nodeName ?? (targetRef?.kind === 'Node' ? targetRef.name : undefined);
    const pod = resolvePod(around, targetRef);
    targets.push(
      createLabelsFromPairs([
        ['__address__', joinHostPort(address.ip, port.port)],
        [`${META}endpoint_port_name`, port.name],
        [`${META}endpoint_port_protocol`, port.protocol],
        [`${META}endpoint_ready`, String(isReady)],
        [`${META}endpoint_address_target_kind`, targetRef?.kind ?? ''],
        [`${META}endpoint_address_target_name`, targetRef?.name ?? ''],
        [`${META}endpoint_node_name`, nodeName ?? ''],
        [`${META}endpoint_hostname`, address.hostname],
        ...attachedNode(around, node),
        ...behind.take(pod, { port: port.port, protocol: port.protocol }),
      ]),
    );
  };
  for (const { ready, notReady, ports } of endpoints.subsets) {
    for (const port of ports) {
      for (const address of ready) add(address, port, true);
      for (const address of notReady) add(address, port, false);
    }
  }
  const service = around.service(namespace, name);
  const labels = createLabelsFromPairs([
    ...namespaceLabel(endpoints.meta),
    ...(service === undefined ? [] : serviceLabels(service)),
    ...objectLabels(endpoints.meta, 'endpoints'),
    ...attachedNamespace(around, namespace),
  ]);
  targets.push(...behind.listOtherPorts());
  return { source: `endpoints/${namespace}/${name}`, targets, labels };
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/** The same of a slice, which holds a part of the endpoints of a service. */
export function endpointSliceGroup(slice: EndpointSlice, around: Surroundings): TargetGroup {
  const { name, namespace } = slice.meta;
  const source = `endpointslice/${namespace}/${name}`;
  const serviceName = slice.meta.labels.find(([key]) => key === SERVICE_NAME)?.[1];
  const service = serviceName === undefined ? undefined : around.service(namespace, serviceName);
  const labels = createLabelsFromPairs([
    ...namespaceLabel(slice.meta),
    [`${META}endpointslice_address_type`, slice.addressType],
    ...objectLabels(slice.meta, 'endpointslice'),
    ...(service === undefined ? [] : serviceLabels(service)),
    ...attachedNamespace(around, namespace),
  ]);
  if (isSecondFamily(service, slice)) return { source, targets: [], labels };
  const behind = new PodsBehind();
  const targets: Labels[] = [];
  for (const endpoint of slice.endpoints) {
    for (const port of slice.ports) {
      for (const address of endpoint.addresses) {
        const { targetRef, nodeName } = endpoint;
        const node = targetRef?.kind === 'Node' ? targetRef.name : nodeName;
        targets.push(
          createLabelsFromPairs([
            ['__address__', port.port === undefined ? address : joinHostPort(address, port.port)],
            ...slicePortLabels(port),
            ...sliceEndpointLabels(endpoint),
            ...attachedNode(around, node),
            ...behind.take(resolvePod(around, targetRef), { port: port.port }),
          ]),
        );
      }
    }
  }
  targets.push(...behind.listOtherPorts());
  return { source, targets, labels };
}

function* slicePortLabels(port: SlicePort): Generator<LabelPair> {
  const prefix = `${META}endpointslice_port`;
  yield [`${prefix}_name`, port.name ?? ''];
  yield [`${prefix}_protocol`, port.protocol ?? ''];
  yield [prefix, port.port ?? ''];
  yield [`${prefix}_app_protocol`, port.appProtocol ?? ''];
}

function* sliceEndpointLabels(endpoint: SliceEndpoint): Generator<LabelPair> {
  const prefix = `${META}endpointslice_endpoint_`;
  for (const [condition, status] of endpoint.conditions) {
    yield [`${prefix}conditions_${sanitizeName(condition)}`, status];
  }
  yield [`${prefix}hostname`, endpoint.hostname ?? ''];
  yield [`${META}endpointslice_address_target_kind`, endpoint.targetRef?.kind ?? ''];
  yield [`${META}endpointslice_address_target_name`, endpoint.targetRef?.name ?? ''];
  yield [`${prefix}node_name`, endpoint.nodeName ?? ''];
  yield [`${prefix}zone`, endpoint.zone ?? ''];
  for (const [name, value] of endpoint.topology) {
    yield [`${prefix}topology_${sanitizeName(name)}`, value];
    yield [`${prefix}topology_present_${sanitizeName(name)}`, 'true'];
  }
}

/** A service of two families has slices of both, for the same pods: the first one is enough. */
function isSecondFamily(service: Service | undefined, slice: EndpointSlice): boolean {
  const isDual = ['PreferDualStack', 'RequireDualStack'].includes(service?.ipFamilyPolicy ?? '');
  const first = service?.firstIpFamily;
  return isDual && first !== undefined && slice.addressType !== first;
}

function resolvePod(around: Surroundings, ref: ObjectReference | undefined): Pod | undefined {
  return ref?.kind === 'Pod' ? around.pod(ref.namespace, ref.name) : undefined;
}

interface AskedPort {
  readonly port: string | undefined;
  /** In the place of the container's own. */
  readonly protocol?: string;
}

/** The pods behind the addresses of a service, and which of their ports it names. */
class PodsBehind {
  readonly #ports = new Map<Pod, Set<string>>();

  /** The labels of the pod, and of its container that has the port. */
  *take(pod: Pod | undefined, { port, protocol }: AskedPort): Generator<LabelPair> {
    if (pod === undefined) return;
    const seen = this.#ports.get(pod) ?? new Set();
    this.#ports.set(pod, seen);
    if (port !== undefined) seen.add(port);
    yield* podLabels(pod);
    for (const container of pod.containers) {
      const found = container.ports.find((one) => one.port === port);
      if (found === undefined) continue;
      yield* containerLabels(container, { ...found, protocol: protocol ?? found.protocol });
    }
  }

  /** Ports of the same pods that the service does not name. */
  *listOtherPorts(): Generator<Labels> {
    for (const [pod, seen] of this.#ports) {
      const others = pod.containers.flatMap((container) =>
        container.ports.filter(({ port }) => !seen.has(port)).map((port) => ({ container, port })),
      );
      for (const { container, port } of pod.ip === '' ? [] : others) {
        yield createLabelsFromPairs([
          ['__address__', joinHostPort(pod.ip, port.port)],
          ...containerLabels(container, port),
          ...podLabels(pod),
        ]);
      }
    }
  }
}
