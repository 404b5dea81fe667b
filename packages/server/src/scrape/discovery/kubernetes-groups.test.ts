/** The labels of each role, as Prometheus documents them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonView } from './json-view.ts';
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
import { listTargets } from './testing.ts';

const POD = {
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'u1',
    labels: { 'app.kubernetes.io/name': 'web' },
    annotations: { 'prometheus.io/scrape': 'true' },
    ownerReferences: [
      { kind: 'Other', name: 'o', controller: false },
      { kind: 'ReplicaSet', name: 'web', controller: true },
    ],
  },
  spec: {
    nodeName: 'node-1',
    containers: [
      {
        name: 'web',
        image: 'web:1',
        ports: [
          { name: 'http', containerPort: 8080, protocol: 'TCP' },
          { name: 'metrics', containerPort: 9100, protocol: 'TCP' },
        ],
      },
      { name: 'side', image: 'side:1' },
    ],
    initContainers: [{ name: 'init', image: 'init:1' }],
  },
  status: {
    podIP: '10.1.0.1',
    hostIP: '10.0.0.1',
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'web', containerID: 'docker://a' }],
  },
};
const SERVICE = {
  metadata: { name: 'web', namespace: 'shop', labels: { tier: 'front' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.2.0.1',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
};
const NODE = {
  metadata: { name: 'node-1', labels: { zone: 'a' } },
  spec: { providerID: 'p://1' },
  status: {
    addresses: [
      { type: 'Hostname', address: 'node-1.local' },
      { type: 'InternalIP', address: '10.0.0.1' },
    ],
    conditions: [{ type: 'Ready', status: 'True' }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
  },
};
const view = (value: unknown) => new JsonView(value);
const pod = readPod(view(POD));
const service = readService(view(SERVICE));
const ALONE: Surroundings = {
  pod: () => undefined,
  service: () => undefined,
  node: () => undefined,
  namespace: () => undefined,
  isNodeNeeded: false,
};
const AROUND: Surroundings = {
  ...ALONE,
  pod: (namespace, name) => (namespace === 'shop' && name === 'web-1' ? pod : undefined),
  service: (namespace, name) => (namespace === 'shop' && name === 'web' ? service : undefined),
};
const M = '__meta_kubernetes_';
const POD_LABELS = {
  [`${M}pod_annotation_prometheus_io_scrape`]: 'true',
  [`${M}pod_annotationpresent_prometheus_io_scrape`]: 'true',
  [`${M}pod_controller_kind`]: 'ReplicaSet',
  [`${M}pod_controller_name`]: 'web',
  [`${M}pod_host_ip`]: '10.0.0.1',
  [`${M}pod_ip`]: '10.1.0.1',
  [`${M}pod_label_app_kubernetes_io_name`]: 'web',
  [`${M}pod_labelpresent_app_kubernetes_io_name`]: 'true',
  [`${M}pod_name`]: 'web-1',
  [`${M}pod_node_name`]: 'node-1',
  [`${M}pod_phase`]: 'Running',
  [`${M}pod_ready`]: 'true',
  [`${M}pod_uid`]: 'u1',
};
const SERVICE_LABELS = {
  [`${M}namespace`]: 'shop',
  [`${M}service_label_tier`]: 'front',
  [`${M}service_labelpresent_tier`]: 'true',
  [`${M}service_name`]: 'web',
};
const container = (name: string, image: string, isInit = false) => ({
  [`${M}pod_container_name`]: name,
  [`${M}pod_container_image`]: image,
  [`${M}pod_container_init`]: String(isInit),
});
const port = (name: string, number: string) => ({
  [`${M}pod_container_port_name`]: name,
  [`${M}pod_container_port_number`]: number,
  [`${M}pod_container_port_protocol`]: 'TCP',
});

describe('a pod', () => {
  it('is a target for each port of each container', () => {
    const group = podGroup(pod, ALONE);
    assert.equal(group.source, 'pod/shop/web-1');
    const common = { ...POD_LABELS, [`${M}namespace`]: 'shop' };
    const id = { [`${M}pod_container_id`]: 'docker://a' };
    const web = { ...common, ...container('web', 'web:1'), ...id };
    assert.deepEqual(listTargets([group]), [
      { ...web, ...port('http', '8080'), __address__: '10.1.0.1:8080' },
      { ...web, ...port('metrics', '9100'), __address__: '10.1.0.1:9100' },
      { ...common, ...container('side', 'side:1'), __address__: '10.1.0.1' },
      { ...common, ...container('init', 'init:1', true), __address__: '10.1.0.1' },
    ]);
  });

  it('has labels of its node and its namespace where they are wanted', () => {
    const node = readNode(view(NODE));
    const namespace = readNamespace(view({ metadata: { name: 'shop', labels: { team: 'x' } } }));
    const around = { ...ALONE, node: () => node, namespace: () => namespace, isNodeNeeded: true };
    const [target] = listTargets([podGroup(pod, around)]);
    assert.equal(target[`${M}node_name`], 'node-1');
    assert.equal(target[`${M}node_label_zone`], 'a');
    assert.equal(target[`${M}namespace_label_team`], 'x');
    assert.deepEqual(podGroup(pod, { ...ALONE, isNodeNeeded: true }).targets, []);
  });

  it('is no target before it has an address', () => {
    const young = readPod(view({ ...POD, status: { phase: 'Pending' } }));
    assert.deepEqual(podGroup(young, ALONE).targets, []);
    assert.equal(young.ready, 'unknown');
  });
});

describe('a service', () => {
  it('is a target for each port', () => {
    const own = {
      __address__: 'web.shop.svc:80',
      [`${M}service_port_name`]: 'http',
      [`${M}service_port_number`]: '80',
      [`${M}service_port_protocol`]: 'TCP',
    };
    const check = (spec: object, status: object, want: Record<string, string>): void => {
      const one = readService(view({ ...SERVICE, spec: { ...SERVICE.spec, ...spec }, status }));
      assert.deepEqual(listTargets([serviceGroup(one, ALONE)]), [
        { ...SERVICE_LABELS, ...own, ...want },
      ]);
    };
    const ip = { [`${M}service_cluster_ip`]: '10.2.0.1' };
    check({}, {}, { ...ip, [`${M}service_type`]: 'ClusterIP' });
    const external = { [`${M}service_external_name`]: 'x.example' };
    check(
      { type: 'ExternalName', externalName: 'x.example' },
      {},
      {
        ...external,
        [`${M}service_type`]: 'ExternalName',
      },
    );
    const balancer = { [`${M}service_type`]: 'LoadBalancer', ...ip };
    check(
      { type: 'LoadBalancer', loadBalancerIP: '1.1.1.1' },
      {},
      {
        ...balancer,
        [`${M}service_loadbalancer_ip`]: '1.1.1.1',
      },
    );
    const ingress = [{ ip: '2.2.2.2' }, { hostname: 'h' }, { ip: '3.3.3.3' }];
    check(
      { type: 'LoadBalancer' },
      { loadBalancer: { ingress } },
      {
        ...balancer,
        [`${M}service_loadbalancer_ip`]: '2.2.2.2,3.3.3.3',
      },
    );
  });
});

describe('a node', () => {
  it('is its kubelet, at the best of its addresses', () => {
    const group = nodeGroup(readNode(view(NODE)));
    assert.equal(group.source, 'node/node-1');
    assert.deepEqual(listTargets([group]), [
      {
        __address__: '10.0.0.1:10250',
        [`${M}node_address_Hostname`]: 'node-1.local',
        [`${M}node_address_InternalIP`]: '10.0.0.1',
        [`${M}node_condition_ready`]: 'true',
        [`${M}node_label_zone`]: 'a',
        [`${M}node_labelpresent_zone`]: 'true',
        [`${M}node_name`]: 'node-1',
        [`${M}node_provider_id`]: 'p://1',
        instance: 'node-1',
      },
    ]);
    const homeless = readNode(view({ metadata: { name: 'n' } }));
    assert.deepEqual(nodeGroup(homeless).targets, []);
  });
});

describe('an ingress', () => {
  it('is a target for each path, by https where its host is under TLS', () => {
    const ingress = readIngress(
      view({
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          ingressClassName: 'nginx',
          tls: [{ hosts: ['*.example'] }],
          rules: [
            { host: 'a.example', http: { paths: [{ path: '/x' }, {}] } },
            { host: 'b.a.example' },
          ],
        },
      }),
    );
    const common = {
      [`${M}namespace`]: 'shop',
      [`${M}ingress_name`]: 'web',
      [`${M}ingress_class_name`]: 'nginx',
    };
    const target = (host: string, scheme: string, path: string) => ({
      ...common,
      __address__: host,
      [`${M}ingress_host`]: host,
      [`${M}ingress_scheme`]: scheme,
      [`${M}ingress_path`]: path,
    });
    assert.deepEqual(listTargets([ingressGroup(ingress, ALONE)]), [
      target('a.example', 'https', '/x'),
      target('a.example', 'https', '/'),
      target('b.a.example', 'http', '/'),
    ]);
  });
});

describe('endpoints', () => {
  const REF = { kind: 'Pod', name: 'web-1', namespace: 'shop' };
  const other = { ...POD_LABELS, ...container('web', 'web:1'), ...port('metrics', '9100') };

  it('are a target for each address and port, and for further ports of their pods', () => {
    const endpoints = readEndpoints(
      view({
        metadata: { name: 'web', namespace: 'shop' },
        subsets: [
          {
            addresses: [{ ip: '10.1.0.1', nodeName: 'node-1', targetRef: REF }],
            notReadyAddresses: [{ ip: '10.1.0.2', hostname: 'h' }],
            ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
          },
        ],
      }),
    );
    const common = { ...SERVICE_LABELS, [`${M}endpoints_name`]: 'web' };
    const own = { [`${M}endpoint_port_name`]: 'http', [`${M}endpoint_port_protocol`]: 'TCP' };
    assert.deepEqual(listTargets([endpointsGroup(endpoints, AROUND)]), [
      {
        ...common,
        ...own,
        ...POD_LABELS,
        ...container('web', 'web:1'),
        ...port('http', '8080'),
        __address__: '10.1.0.1:8080',
        [`${M}endpoint_ready`]: 'true',
        [`${M}endpoint_node_name`]: 'node-1',
        [`${M}endpoint_address_target_kind`]: 'Pod',
        [`${M}endpoint_address_target_name`]: 'web-1',
      },
      {
        ...common,
        ...own,
        __address__: '10.1.0.2:8080',
        [`${M}endpoint_ready`]: 'false',
        [`${M}endpoint_hostname`]: 'h',
      },
      { ...common, ...other, __address__: '10.1.0.1:9100' },
    ]);
  });

  it('come in slices, too', () => {
    const slice = (addressType: string) =>
      readEndpointSlice(
        view({
          metadata: {
            name: 'web-a',
            namespace: 'shop',
            labels: { 'kubernetes.io/service-name': 'web' },
          },
          addressType,
          endpoints: [
            {
              addresses: ['10.1.0.1'],
              conditions: { ready: true, serving: true, terminating: false },
              hostname: 'h',
              nodeName: 'node-1',
              zone: 'a',
              targetRef: REF,
              deprecatedTopology: { 'k/host': 'x' },
            },
          ],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'http' }],
        }),
      );
    const E = `${M}endpointslice_`;
    const common = {
      ...SERVICE_LABELS,
      [`${E}name`]: 'web-a',
      [`${E}address_type`]: 'IPv4',
      [`${E}label_kubernetes_io_service_name`]: 'web',
      [`${E}labelpresent_kubernetes_io_service_name`]: 'true',
    };
    assert.deepEqual(listTargets([endpointSliceGroup(slice('IPv4'), AROUND)]), [
      {
        ...common,
        ...POD_LABELS,
        ...container('web', 'web:1'),
        ...port('http', '8080'),
        __address__: '10.1.0.1:8080',
        [`${E}address_target_kind`]: 'Pod',
        [`${E}address_target_name`]: 'web-1',
        [`${E}endpoint_conditions_ready`]: 'true',
        [`${E}endpoint_conditions_serving`]: 'true',
        [`${E}endpoint_conditions_terminating`]: 'false',
        [`${E}endpoint_hostname`]: 'h',
        [`${E}endpoint_node_name`]: 'node-1',
        [`${E}endpoint_topology_k_host`]: 'x',
        [`${E}endpoint_topology_present_k_host`]: 'true',
        [`${E}endpoint_zone`]: 'a',
        [`${E}port`]: '8080',
        [`${E}port_app_protocol`]: 'http',
        [`${E}port_name`]: 'http',
        [`${E}port_protocol`]: 'TCP',
      },
      { ...common, ...other, __address__: '10.1.0.1:9100' },
    ]);
    // Of a service with two families the slices of the second one are the same pods again.
    const spec = {
      ...SERVICE.spec,
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    };
    const dual = readService(view({ ...SERVICE, spec }));
    const around = { ...AROUND, service: () => dual };
    assert.equal(endpointSliceGroup(slice('IPv6'), around).targets.length, 0);
    assert.equal(endpointSliceGroup(slice('IPv4'), around).targets.length, 2);
  });
});
