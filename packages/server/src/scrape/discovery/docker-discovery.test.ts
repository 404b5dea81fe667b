import { DEFAULT_HTTP_CLIENT } from '../../platform/index.ts';
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { DockerDiscoveryConfig } from './config.ts';
import { createDockerDiscovery } from './docker-discovery.ts';
import { createTools, Listener, sendJson, startServer } from './testing.ts';

const NETWORKS = [
  {
    Id: 'n1',
    Name: 'back',
    Scope: 'local',
    Internal: false,
    Ingress: false,
    Labels: { 'a.b': 'c' },
  },
];
const network = (IPAddress: string, NetworkID = 'n1', GlobalIPv6Address = '') => ({
  NetworkID,
  IPAddress,
  GlobalIPv6Address,
});
const container = (Id: string, more: object) => ({
  Id,
  Names: [`/${Id}`],
  Image: 'img:1',
  ImageID: 'sha256:1',
  Labels: {},
  Ports: [],
  HostConfig: { NetworkMode: 'back' },
  NetworkSettings: { Networks: { back: network('172.18.0.2') } },
  ...more,
});

async function find(
  context: TestContext,
  containers: readonly object[],
  config: Partial<DockerDiscoveryConfig> = {},
) {
  const server = await startServer((_request, response, url) =>
    sendJson(response, url.pathname === '/networks' ? NETWORKS : containers),
  );
  const discovery = createDockerDiscovery(
    {
      kind: 'docker',
      host: server.url.replace('http:', 'tcp:'),
      port: 80,
      hostNetworkingHost: 'localhost',
      matchFirstNetwork: true,
      filters: [],
      refreshMs: 60_000,
      http: DEFAULT_HTTP_CLIENT,
      ...config,
    },
    createTools(),
  );
  context.after(() => {
    discovery.stop();
    server.close();
  });
  const heard = new Listener(discovery);
  await heard.until(({ groups, problems }) => groups !== undefined || problems.size > 0);
  assert.deepEqual([...heard.problems], []);
  return { targets: heard.targets(), asked: server.asked };
}

describe('discovery by Docker', () => {
  it('gives each port of each container its labels', async (context) => {
    const ports = [
      { PrivatePort: 9100, PublicPort: 19100, IP: '0.0.0.0', Type: 'tcp' },
      { PrivatePort: 53, Type: 'udp' },
    ];
    const { targets } = await find(context, [
      container('web', { Ports: ports, Labels: { 'com.example/team': 'a' } }),
    ]);
    assert.deepEqual(targets, [
      {
        __address__: '172.18.0.2:9100',
        __meta_docker_container_id: 'web',
        __meta_docker_container_image: 'img:1',
        __meta_docker_container_image_id: 'sha256:1',
        __meta_docker_container_label_com_example_team: 'a',
        __meta_docker_container_name: '/web',
        __meta_docker_container_network_mode: 'back',
        __meta_docker_network_id: 'n1',
        __meta_docker_network_ingress: 'false',
        __meta_docker_network_internal: 'false',
        __meta_docker_network_ip: '172.18.0.2',
        __meta_docker_network_label_a_b: 'c',
        __meta_docker_network_name: 'back',
        __meta_docker_network_scope: 'local',
        __meta_docker_port_private: '9100',
        __meta_docker_port_public: '19100',
        __meta_docker_port_public_ip: '0.0.0.0',
      },
    ]);
  });

  it('finds an address for containers of all kinds of networks', async (context) => {
    const many = { zeta: network('10.0.0.9'), alpha: network('', 'n2', 'fd00::1'), nil: null };
    const containers = [
      container('plain', {}),
      container('host', {
        HostConfig: { NetworkMode: 'host' },
        NetworkSettings: { Networks: { host: network('') } },
      }),
      container('many', { NetworkSettings: { Networks: many } }),
      container('guest', {
        HostConfig: { NetworkMode: 'container:plain' },
        NetworkSettings: { Networks: {} },
      }),
      container('lost', {
        HostConfig: { NetworkMode: 'container:gone' },
        NetworkSettings: { Networks: {} },
      }),
    ];
    const addresses = async (config: Partial<DockerDiscoveryConfig>) =>
      (await find(context, containers, config)).targets.map((one) => one.__address__);
    assert.deepEqual(await addresses({}), [
      '172.18.0.2:80',
      'localhost',
      '[fd00::1]:80',
      '172.18.0.2:80',
    ]);
    assert.deepEqual(await addresses({ matchFirstNetwork: false, port: 1 }), [
      '172.18.0.2:1',
      'localhost',
      '[fd00::1]:1',
      '10.0.0.9:1',
      '172.18.0.2:1',
    ]);
  });

  it('asks with its filters', async (context) => {
    const filters = [{ name: 'status', values: ['running'] }];
    const { asked } = await find(context, [], { filters });
    const query = encodeURIComponent('{"status":["running"]}');
    assert.deepEqual(asked, [`/containers/json?filters=${query}`, '/networks']);
  });
});
