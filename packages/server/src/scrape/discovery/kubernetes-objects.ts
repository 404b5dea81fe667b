/**
 * The objects of a cluster, cut down to what labels are made of: a cluster has a hundred thousand
 * of them, and most of what the API server tells of each is of no use here.
 */
import type { JsonView } from './json-view.ts';

export interface ObjectMeta {
  readonly name: string;
  /** '' of nodes and namespaces. */
  readonly namespace: string;
  readonly uid: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly annotations: readonly (readonly [string, string])[];
}

export interface ObjectReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface ContainerPort {
  readonly name: string;
  readonly port: string;
  readonly protocol: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly id: string;
  readonly isInit: boolean;
  readonly ports: readonly ContainerPort[];
}

export interface Pod {
  readonly meta: ObjectMeta;
  readonly ip: string;
  readonly hostIp: string;
  readonly phase: string;
  /** `true`, `false` or `unknown`. */
  readonly ready: string;
  readonly nodeName: string;
  readonly controllerKind: string;
  readonly controllerName: string;
  readonly containers: readonly Container[];
}

export interface Service {
  readonly meta: ObjectMeta;
  readonly type: string;
  readonly clusterIp: string;
  readonly externalName: string;
  readonly loadBalancerIp: string;
  readonly ipFamilyPolicy: string;
  readonly firstIpFamily: string | undefined;
  readonly ports: readonly ContainerPort[];
}

export interface EndpointAddress {
  readonly ip: string;
  readonly nodeName: string | undefined;
  readonly hostname: string;
  readonly targetRef: ObjectReference | undefined;
}

export interface Endpoints {
  readonly meta: ObjectMeta;
  readonly subsets: readonly {
    readonly ready: readonly EndpointAddress[];
    readonly notReady: readonly EndpointAddress[];
    readonly ports: readonly ContainerPort[];
  }[];
}

export interface SlicePort {
  readonly name: string | undefined;
  readonly port: string | undefined;
  readonly protocol: string | undefined;
  readonly appProtocol: string | undefined;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** By condition, where it is said. */
  readonly conditions: readonly (readonly [string, string])[];
  readonly hostname: string | undefined;
  readonly nodeName: string | undefined;
  readonly zone: string | undefined;
  readonly targetRef: ObjectReference | undefined;
  readonly topology: readonly (readonly [string, string])[];
}

export interface EndpointSlice {
  readonly meta: ObjectMeta;
  readonly addressType: string;
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

export interface Node {
  readonly meta: ObjectMeta;
  readonly providerId: string;
  readonly conditions: readonly (readonly [string, string])[];
  /** The first address of each type. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly kubeletPort: string;
}

export interface Ingress {
  readonly meta: ObjectMeta;
  readonly className: string | undefined;
  readonly tlsHosts: readonly string[];
  readonly rules: readonly { readonly host: string; readonly paths: readonly string[] }[];
}

export interface Namespace {
  readonly meta: ObjectMeta;
}

/** Reads what every object has. */
export function readMeta(object: JsonView): ObjectMeta {
  const meta = object.get('metadata');
  return {
    name: meta.text('name'),
    namespace: meta.text('namespace'),
    uid: meta.text('uid'),
    labels: meta.get('labels').textMap(),
    annotations: meta.get('annotations').textMap(),
  };
}

export function readNamespace(object: JsonView): Namespace {
  return { meta: readMeta(object) };
}

export function readPod(object: JsonView): Pod {
  const spec = object.get('spec');
  const status = object.get('status');
  const controller = object
    .get('metadata')
    .get('ownerReferences')
    .items()
    .find((owner) => owner.get('controller').findFlag() === true);
  const ready = status
    .get('conditions')
    .items()
    .find((condition) => condition.text('type') === 'Ready');
  const list = (key: string, isInit: boolean): readonly Container[] => {
    const statuses = status.get(isInit ? 'initContainerStatuses' : 'containerStatuses').items();
    const ids = new Map(statuses.map((one) => [one.text('name'), one.text('containerID')]));
    return spec
      .get(key)
      .items()
      .map((one) => readContainer(one, isInit, ids.get(one.text('name')) ?? ''));
  };
  return {
    meta: readMeta(object),
    ip: status.text('podIP'),
    hostIp: status.text('hostIP'),
    phase: status.text('phase'),
    ready: (ready?.text('status') ?? 'Unknown').toLowerCase(),
    nodeName: spec.text('nodeName'),
    controllerKind: controller?.text('kind') ?? '',
    controllerName: controller?.text('name') ?? '',
    containers: [...list('containers', false), ...list('initContainers', true)],
  };
}

function readContainer(one: JsonView, isInit: boolean, id: string): Container {
  const ports = one
    .get('ports')
    .items()
    .map((port) => readPort(port, 'containerPort'));
  return { name: one.text('name'), image: one.text('image'), id, isInit, ports };
}

function readPort(port: JsonView, key: string): ContainerPort {
  return {
    name: port.text('name'),
    port: port.text(key),
    protocol: port.text('protocol'),
  };
}

export function readService(object: JsonView): Service {
  const spec = object.get('spec');
  const balancers = object.get('status').get('loadBalancer').get('ingress').items();
  const ips = balancers.map((one) => one.text('ip')).filter((ip) => ip !== '');
  return {
    meta: readMeta(object),
    type: spec.text('type'),
    clusterIp: spec.text('clusterIP'),
    externalName: spec.text('externalName'),
    loadBalancerIp: ips.length > 0 ? ips.join(',') : spec.text('loadBalancerIP'),
    ipFamilyPolicy: spec.text('ipFamilyPolicy'),
    firstIpFamily: spec.get('ipFamilies').texts()[0],
    ports: spec
      .get('ports')
      .items()
      .map((port) => readPort(port, 'port')),
  };
}

function readReference(value: JsonView): ObjectReference | undefined {
  if (!value.isThere) return undefined;
  return {
    kind: value.text('kind'),
    name: value.text('name'),
    namespace: value.text('namespace'),
  };
}

export function readEndpoints(object: JsonView): Endpoints {
  const addresses = (subset: JsonView, key: string): readonly EndpointAddress[] =>
    subset
      .get(key)
      .items()
      .map((address) => ({
        ip: address.text('ip'),
        nodeName: address.get('nodeName').findText(),
        hostname: address.text('hostname'),
        targetRef: readReference(address.get('targetRef')),
      }));
  return {
    meta: readMeta(object),
    subsets: object
      .get('subsets')
      .items()
      .map((subset) => ({
        ready: addresses(subset, 'addresses'),
        notReady: addresses(subset, 'notReadyAddresses'),
        ports: subset
          .get('ports')
          .items()
          .map((port) => readPort(port, 'port')),
      })),
  };
}

export function readEndpointSlice(object: JsonView): EndpointSlice {
  return {
    meta: readMeta(object),
    addressType: object.text('addressType'),
    endpoints: object
      .get('endpoints')
      .items()
      .map((endpoint) => ({
        addresses: endpoint.get('addresses').texts(),
        conditions: endpoint.get('conditions').textMap(),
        hostname: endpoint.get('hostname').findText(),
        nodeName: endpoint.get('nodeName').findText(),
        zone: endpoint.get('zone').findText(),
        targetRef: readReference(endpoint.get('targetRef')),
        topology: endpoint.get('deprecatedTopology').textMap(),
      })),
    ports: object
      .get('ports')
      .items()
      .map((port) => ({
        name: port.get('name').findText(),
        port: port.get('port').findText(),
        protocol: port.get('protocol').findText(),
        appProtocol: port.get('appProtocol').findText(),
      })),
  };
}

export function readNode(object: JsonView): Node {
  const status = object.get('status');
  const addresses = new Map<string, string>();
  for (const one of status.get('addresses').items()) {
    const type = one.text('type');
    if (!addresses.has(type)) addresses.set(type, one.text('address'));
  }
  return {
    meta: readMeta(object),
    providerId: object.get('spec').text('providerID'),
    conditions: status
      .get('conditions')
      .items()
      .map((one) => [one.text('type').toLowerCase(), one.text('status').toLowerCase()] as const),
    addresses,
    kubeletPort: status.get('daemonEndpoints').get('kubeletEndpoint').text('Port') || '0',
  };
}

export function readIngress(object: JsonView): Ingress {
  const spec = object.get('spec');
  return {
    meta: readMeta(object),
    className: spec.get('ingressClassName').findText(),
    tlsHosts: spec
      .get('tls')
      .items()
      .flatMap((one) => one.get('hosts').texts()),
    rules: spec
      .get('rules')
      .items()
      .map((rule) => {
        const http = rule.get('http');
        const paths = http
          .get('paths')
          .items()
          .map((path) => path.text('path') || '/');
        return { host: rule.text('host'), paths: http.isThere ? paths : ['/'] };
      }),
  };
}
