import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { readYaml } from '../../platform/index.ts';
import { createConsulDiscovery } from './consul-discovery.ts';
import { readDiscoveries } from './read-discoveries.ts';
import { createTools, Listener, sendJson, startServer } from './testing.ts';

interface Entry {
  readonly Node: object;
  readonly Service: object;
  readonly Checks: readonly object[];
}

const ENTRY: Entry = {
  Node: {
    Node: 'node-1',
    Address: '10.0.0.1',
    Meta: { 'rack.id': '7' },
    TaggedAddresses: { lan: '10.0.0.1' },
  },
  Service: {
    ID: 'web-1',
    Service: 'web',
    Address: '',
    Port: 8080,
    Tags: ['canary', 'v1'],
    Meta: { version: '1.2' },
    Namespace: 'default',
  },
  Checks: [
    { CheckID: 'a', Status: 'passing' },
    { CheckID: 'b', Status: 'warning' },
  ],
};

/** A Consul that holds blocking queries back until something is changed. */
class FakeConsul {
  services: Record<string, readonly string[]> = { web: ['canary', 'v1'], db: [] };
  entries: Record<string, readonly Entry[]> = { web: [ENTRY], db: [] };
  isDown = false;
  readonly tokens = new Set<unknown>();
  #index = 10;
  readonly #held: (() => void)[] = [];

  answer(url: URL, response: ServerResponse): void {
    if (url.pathname === '/v1/agent/self') {
      sendJson(response, { Config: { Datacenter: 'dc1' } });
      return;
    }
    const send = (): void => {
      const headers = { 'x-consul-index': String(this.#index) };
      const name = /^\/v1\/health\/service\/(.*)$/.exec(url.pathname)?.[1];
      if (this.isDown) response.writeHead(500).end();
      else if (name === undefined) sendJson(response, this.services, headers);
      else sendJson(response, this.entries[name] ?? [], headers);
    };
    const isNews = Number(url.searchParams.get('index') ?? 0) < this.#index;
    if (isNews) send();
    else this.#held.push(send);
  }

  change(act: () => void): void {
    act();
    this.#index++;
    for (const send of this.#held.splice(0)) send();
  }
}

async function start(context: TestContext, lines = '') {
  const consul = new FakeConsul();
  const server = await startServer((request, response, url) => {
    consul.tokens.add(request.headers['x-consul-token']);
    consul.answer(url, response);
  });
  const address = server.url.replace('http://', '');
  const text = `consul_sd_configs:\n  - server: ${address}\n    refresh_interval: 100ms\n${lines}`;
  const { root, faults } = readYaml({ text, file: 'f' });
  const [config] = readDiscoveries(root.fields(['consul_sd_configs']));
  assert.deepEqual(faults, []);
  assert.ok(config.kind === 'consul');
  const discovery = createConsulDiscovery(config, createTools());
  context.after(() => {
    discovery.stop();
    server.close();
  });
  return { consul, server, heard: new Listener(discovery) };
}

describe('discovery by Consul', () => {
  it('gives each instance of each service its labels', async (context) => {
    const { heard, consul } = await start(context, '    token: secret\n');
    await heard.until(({ groups }) => groups?.length === 2);
    assert.deepEqual(heard.targets(), [
      {
        __address__: '10.0.0.1:8080',
        __meta_consul_address: '10.0.0.1',
        __meta_consul_dc: 'dc1',
        __meta_consul_health: 'warning',
        __meta_consul_metadata_rack_id: '7',
        __meta_consul_namespace: 'default',
        __meta_consul_node: 'node-1',
        __meta_consul_service: 'web',
        __meta_consul_service_id: 'web-1',
        __meta_consul_service_metadata_version: '1.2',
        __meta_consul_service_port: '8080',
        __meta_consul_tagged_address_lan: '10.0.0.1',
        __meta_consul_tags: ',canary,v1,',
      },
    ]);
    assert.deepEqual([...consul.tokens], ['secret']);
  });

  it('hears of changes by the queries that wait', async (context) => {
    const { heard, consul } = await start(context);
    await heard.until(({ groups }) => groups?.length === 2);
    const service = { ...ENTRY.Service, Address: 'fd00::1', Tags: [] };
    const checks = [{ CheckID: '_node_maintenance', Status: 'critical' }];
    consul.change(() => {
      consul.entries.web = [ENTRY, { ...ENTRY, Service: service, Checks: checks }];
    });
    await heard.until(() => heard.targets().length === 2);
    const [, second] = heard.targets();
    assert.equal(second.__address__, '[fd00::1]:8080');
    assert.equal(second.__meta_consul_tags, ',,');
    assert.equal(second.__meta_consul_health, 'maintenance');
    consul.change(() => {
      consul.services = { db: [] };
    });
    await heard.until(({ groups }) => groups?.length === 1);
  });

  it('asks for what it was told to, and watches no other services', async (context) => {
    const lines =
      '    tags: [canary]\n    node_meta: {rack: "7"}\n    filter: A\n    health_filter: B\n    datacenter: dc9\n';
    const { heard, server } = await start(context, lines);
    await heard.until(({ groups }) => groups?.length === 1);
    const [catalog, health] = ['catalog', 'health'].map((part) =>
      server.asked.find((url) => url.startsWith(`/v1/${part}/service`)),
    );
    const wait = 'wait=120s&dc=dc9&stale=&node-meta=rack%3A7';
    assert.equal(catalog, `/v1/catalog/services?${wait}&filter=A`);
    assert.equal(health, `/v1/health/service/web?${wait}&filter=B&tag=canary`);
    assert.equal(heard.targets()[0].__meta_consul_dc, 'dc9');
  });

  it('keeps what it knew while Consul fails', async (context) => {
    const { heard, consul } = await start(context);
    await heard.until(() => heard.targets().length === 1);
    consul.change(() => {
      consul.isDown = true;
    });
    await heard.until(({ problems }) => problems.has('service web'));
    assert.match(heard.problems.get('service web') ?? '', /HTTP status 500/);
    assert.equal(heard.targets().length, 1);
    consul.change(() => {
      consul.isDown = false;
    });
    await heard.until(({ problems }) => problems.size === 0);
  });
});
