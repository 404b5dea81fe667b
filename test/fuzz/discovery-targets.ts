/** What tells where targets are: lists of groups, and the answers of Kubernetes, Consul and Docker. */
import { DEFAULT_HTTP_CLIENT, invalid } from '../../packages/server/src/platform/index.ts';
import {
  readJsonGroups,
  readYamlGroups,
} from '../../packages/server/src/scrape/discovery/group-reader.ts';
import { JsonView } from '../../packages/server/src/scrape/discovery/json-view.ts';
import { readKubeconfig } from '../../packages/server/src/scrape/discovery/kubernetes-access.ts';
import {
  endpointsGroup,
  endpointSliceGroup,
  ingressGroup,
  nodeGroup,
  podGroup,
  serviceGroup,
  type Surroundings,
} from '../../packages/server/src/scrape/discovery/kubernetes-groups.ts';
import {
  readEndpoints,
  readEndpointSlice,
  readIngress,
  readNode,
  readPod,
  readService,
} from '../../packages/server/src/scrape/discovery/kubernetes-objects.ts';
import {
  listNames,
  parseResolvConf,
} from '../../packages/server/src/scrape/discovery/dns-discovery.ts';
import { listConsulTargets } from '../../packages/server/src/scrape/discovery/consul-discovery.ts';
import { listDockerTargets } from '../../packages/server/src/scrape/discovery/docker-discovery.ts';
import { WatchLines } from '../../packages/server/src/scrape/discovery/watch-lines.ts';
import { parseTokenAnswer } from '../../packages/server/src/scrape/oauth2.ts';
import { type FuzzTarget, ofText } from './target.ts';

const OPTIONS = { source: 'here', labels: [['__meta_filepath', '/f']] as const };
const GROUPS = JSON.stringify([
  { targets: ['a:1', '[::1]:2'], labels: { env: 'prod', 'dotted.name': 'ü' } },
  { targets: [] },
]);
const JSON_PIECES = ['null', '[]', '{}', '"', ',', ':', '"__proto__":', '"\\ud800"', '1e999', '[['];
const META = {
  name: 'web-1',
  namespace: 'shop',
  uid: 'u1',
  labels: { 'app.kubernetes.io/name': 'web' },
  annotations: { note: 'x' },
  ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true }],
};
const PORTS = [{ name: 'http', containerPort: 80, port: 80, protocol: 'TCP', appProtocol: 'h2' }];
const ADDRESSES = [{ ip: '10.0.0.1', nodeName: 'n', targetRef: { kind: 'Pod', name: 'web-1' } }];
const OBJECTS = [
  {
    metadata: META,
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i', ports: PORTS }] },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  },
  {
    metadata: META,
    spec: { clusterIP: '10.0.0.2', type: 'ClusterIP', ports: PORTS },
    subsets: [{ addresses: ADDRESSES, notReadyAddresses: ADDRESSES, ports: PORTS }],
  },
  {
    metadata: META,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: {} }],
    ports: PORTS,
    status: { addresses: [{ type: 'InternalIP', address: '10.0.0.3' }] },
    spec: { rules: [{ host: 'h', http: { paths: [{ path: '/' }] } }], tls: [{ hosts: ['h'] }] },
  },
].map((object) => JSON.stringify(object));

const AROUND: Surroundings = {
  pod: () => undefined,
  service: () => undefined,
  node: () => undefined,
  namespace: () => undefined,
  isNodeNeeded: false,
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('ANSWER_NOT_JSON', 'the answer is not JSON', { cause });
  }
}

/** Reads an object as each of the kinds: a server may send any under any name. */
function readObject(text: string): void {
  const view = new JsonView(parseJson(text));
  podGroup(readPod(view), AROUND);
  serviceGroup(readService(view), AROUND);
  endpointsGroup(readEndpoints(view), AROUND);
  endpointSliceGroup(readEndpointSlice(view), AROUND);
  nodeGroup(readNode(view));
  ingressGroup(readIngress(view), AROUND);
}

/** A watch in two pieces, each event an object as any of the kinds. */
function readWatch(text: string): void {
  const lines = new WatchLines(LINE_CHARS_MAX);
  const middle = text.length >> 1;
  for (const piece of [text.slice(0, middle), text.slice(middle)]) {
    for (const line of lines.push(piece)) readObject(line);
  }
}

const LINE_CHARS_MAX = 2_000;
const WATCH = OBJECTS.map((object) => `{"type":"ADDED","object":${object}}\n`).join('');

const CONSUL = JSON.stringify([
  {
    Node: { Node: 'n', Address: '10.0.0.1', Meta: { 'a.b': 'c' }, TaggedAddresses: { lan: 'x' } },
    Service: { ID: 's1', Service: 's', Address: '::1', Port: 80, Tags: ['a', 'b'], Meta: {} },
    Checks: [{ CheckID: 'c', Status: 'passing' }, { CheckID: '_node_maintenance' }],
  },
]);

const DOCKER_CONFIG = {
  kind: 'docker',
  host: 'unix:///d',
  port: 80,
  hostNetworkingHost: 'localhost',
  matchFirstNetwork: true,
  filters: [],
  refreshMs: 60_000,
  http: DEFAULT_HTTP_CLIENT,
} as const;
const NETWORKS = [{ Id: 'n1', Name: 'web', Scope: 'local', Labels: { 'a.b': 'c' } }];
const DOCKER = JSON.stringify([
  {
    Id: 'c1',
    Names: ['/web'],
    Image: 'i',
    HostConfig: { NetworkMode: 'web' },
    Labels: { 'x.y': 'z' },
    Ports: [{ Type: 'tcp', PrivatePort: 80, PublicPort: 8080, IP: '0.0.0.0' }],
    NetworkSettings: { Networks: { web: { NetworkID: 'n1', IPAddress: '10.0.0.2' } } },
  },
  { Id: 'c2', Names: ['/side'], HostConfig: { NetworkMode: 'container:c1' } },
]);

function readDocker(text: string): void {
  const containers = new JsonView(parseJson(text));
  listDockerTargets(DOCKER_CONFIG, containers, new JsonView(NETWORKS));
  // Whatever is told about networks, too.
  listDockerTargets(DOCKER_CONFIG, new JsonView([]), containers);
}

const KUBECONFIG = `current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: 'https://k', insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: t}}]
`;

export const DISCOVERY_TARGETS: readonly FuzzTarget[] = [
  ofText({
    name: 'groups-json',
    corpus: [GROUPS],
    pieces: JSON_PIECES,
    read: (text) => readJsonGroups(text, OPTIONS),
  }),
  ofText({
    name: 'groups-yaml',
    corpus: ['[{"targets": ["[::1]:2"]}]', "- targets: ['a:1']\n  labels:\n    env: prod\n"],
    pieces: JSON_PIECES,
    read: (text) => readYamlGroups(text, OPTIONS),
  }),
  ofText({ name: 'kubernetes', corpus: OBJECTS, pieces: JSON_PIECES, read: readObject }),
  ofText({
    name: 'kubernetes-watch',
    corpus: [WATCH],
    pieces: [...JSON_PIECES, '\n', '\r\n'],
    refusalText: /too large/,
    read: readWatch,
  }),
  ofText({
    name: 'consul',
    corpus: [CONSUL],
    pieces: JSON_PIECES,
    read: (text) => listConsulTargets(new JsonView(parseJson(text)), ','),
  }),
  ofText({ name: 'docker', corpus: [DOCKER], pieces: JSON_PIECES, read: readDocker }),
  ofText({
    name: 'oauth2-token',
    corpus: [JSON.stringify({ access_token: 't', expires_in: 3600, token_type: 'Bearer' })],
    pieces: JSON_PIECES,
    read: (text) => parseTokenAnswer({ tokenUrl: 'http://t/token' }, text),
  }),
  ofText({
    name: 'kubeconfig',
    corpus: [KUBECONFIG],
    pieces: ['[', ']', '{', '}', ': ', '\n', '*a', '&a ', 'null'],
    read: (text) => readKubeconfig('/k/config', text),
  }),
  ofText({
    name: 'resolv-conf',
    corpus: ['search a.b c.d\noptions ndots:5 timeout:1\nnameserver 127.0.0.1\n'],
    read: (text) => listNames('web', parseResolvConf(text)),
  }),
];
