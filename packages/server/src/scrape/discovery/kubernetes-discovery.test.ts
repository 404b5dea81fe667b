/** Against a server that lists and watches as an API server does. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DEFAULT_HTTP_CLIENT, createSystemClock } from '../../platform/index.ts';
import { createHttpClient } from '../http-client.ts';
import type { KubernetesDiscoveryConfig } from './config.ts';
import { findServer, readKubeconfig } from './kubernetes-access.ts';
import { createKubernetesDiscovery } from './kubernetes-discovery.ts';
import { createTools, Listener, sendJson, startServer } from './testing.ts';

interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Objects of one kind, with the streams of those who watch them. */
class FakeList {
  readonly #streams = new Set<ServerResponse>();
  objects: readonly FakeObject[] = [];
  version = 1;
  /** How many objects of the list a page holds. */
  pageSize = 100;
  /** What watches that begin are answered with. */
  watchStatus = 200;

  answer(url: URL, response: ServerResponse): void {
    if (url.searchParams.get('watch') === '1') {
      if (this.watchStatus === 200) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.flushHeaders();
        this.#streams.add(response);
        response.on('close', () => this.#streams.delete(response));
      } else {
        response.writeHead(this.watchStatus).end();
        this.watchStatus = 200;
      }
      return;
    }
    const from = Number(url.searchParams.get('continue') ?? 0);
    const to = from + this.pageSize;
    const more = to < this.objects.length ? { continue: String(to) } : {};
    const metadata = { resourceVersion: String(this.version), ...more };
    sendJson(response, { metadata, items: this.objects.slice(from, to) });
  }

  get watcherCount(): number {
    return this.#streams.size;
  }

  send(type: string, object: object): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    // In two pieces, as networks do.
    for (const stream of this.#streams) {
      stream.write(line.slice(0, 20));
      stream.write(line.slice(20));
    }
  }

  /** In order, as a server does after some minutes. */
  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  breakOff(): void {
    for (const stream of this.#streams) stream.destroy();
  }
}

const pod = (name: string, ip: string, version = 1) => ({
  metadata: { name, namespace: 'shop', resourceVersion: String(version) },
  spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }] },
  status: { podIP: ip },
});

async function start(context: TestContext, more: Partial<KubernetesDiscoveryConfig> = {}) {
  const lists = new Map<string, FakeList>();
  const list = (path: string): FakeList => {
    const found = lists.get(path) ?? new FakeList();
    lists.set(path, found);
    return found;
  };
  const server = await startServer((_request, response, url) => {
    list(url.pathname).answer(url, response);
  });
  const clock = createSystemClock();
  const discovery = createKubernetesDiscovery(
    {
      kind: 'kubernetes',
      role: 'pod',
      access: { kind: 'server', url: server.url, http: DEFAULT_HTTP_CLIENT },
      namespaces: [],
      ownNamespace: false,
      selectors: [],
      attachNode: false,
      attachNamespace: false,
      ...more,
    },
    { ...createTools(), createClient: (config) => createHttpClient(config, { clock }) },
  );
  context.after(() => {
    discovery.stop();
    server.close();
  });
  return { list, server, listen: () => new Listener(discovery) };
}

const addresses = (heard: Listener) => heard.targets().map((one) => one.__address__);

describe('discovery by Kubernetes', () => {
  it('lists page by page, and then hears of changes', async (context) => {
    const { list, server, listen } = await start(context);
    const pods = list('/api/v1/pods');
    pods.objects = [pod('a', '10.0.0.1'), pod('b', '10.0.0.2'), pod('c', '10.0.0.3')];
    pods.pageSize = 2;
    const heard = listen();
    await heard.until(() => addresses(heard).length === 3 && pods.watcherCount === 1);
    const before = heard.groups ?? [];
    pods.send('MODIFIED', pod('b', '10.0.0.9', 5));
    pods.send('ADDED', pod('d', '10.0.0.4', 6));
    pods.send('DELETED', pod('c', '10.0.0.3', 7));
    pods.send('BOOKMARK', { metadata: { resourceVersion: '8' } });
    await heard.until(() => addresses(heard).includes('10.0.0.4:80'));
    assert.deepEqual(addresses(heard), ['10.0.0.1:80', '10.0.0.9:80', '10.0.0.4:80']);
    // What has not changed gives the very same group.
    assert.equal(heard.groups?.[0], before[0]);
    assert.match(server.asked[0], /^\/api\/v1\/pods\?limit=500$/);
    assert.match(server.asked[2], /watch=1&allowWatchBookmarks=true&resourceVersion=1&/);
  });

  it('gives up a list whose pages name each other', async (context) => {
    const { list, server, listen } = await start(context);
    const pods = list('/api/v1/pods');
    pods.objects = [pod('a', '10.0.0.1')];
    pods.pageSize = 0;
    const heard = listen();
    await heard.until(({ problems }) => /has no end/.test([...problems.values()].join()));
    assert.deepEqual(server.asked, ['/api/v1/pods?limit=500', '/api/v1/pods?limit=500&continue=0']);
  });

  it('goes on from the last version when a watch breaks, and lists again when that is too old', async (context) => {
    const { list, server, listen } = await start(context);
    const pods = list('/api/v1/pods');
    pods.objects = [pod('a', '10.0.0.1')];
    const heard = listen();
    await heard.until(() => pods.watcherCount === 1);
    pods.send('BOOKMARK', { metadata: { resourceVersion: '42' } });
    pods.end();
    const isWatching = (version: string) => (): boolean =>
      server.asked.some((url) => url.includes(`resourceVersion=${version}&`));
    await heard.until(isWatching('42'));
    pods.breakOff();
    await heard.until(({ problems }) => problems.size > 0);
    await heard.until(({ problems }) => problems.size === 0 && pods.watcherCount === 1);
    pods.objects = [pod('z', '10.0.0.26')];
    pods.version = 99;
    pods.send('ERROR', { code: 410, message: 'too old' });
    await heard.until(() => addresses(heard).join() === '10.0.0.26:80' && isWatching('99')());
  });

  it('says why the server refuses, and keeps what it knew', async (context) => {
    const { list, listen } = await start(context);
    const pods = list('/api/v1/pods');
    pods.objects = [pod('a', '10.0.0.1')];
    const heard = listen();
    await heard.until(() => addresses(heard).length === 1 && pods.watcherCount === 1);
    pods.watchStatus = 403;
    pods.breakOff();
    await heard.until(({ problems }) => /HTTP status 403/.test([...problems.values()].join()));
    assert.deepEqual(addresses(heard), ['10.0.0.1:80']);
    await heard.until(({ problems }) => problems.size === 0);
  });

  it('asks for the namespaces and selectors that it was told', async (context) => {
    const { server, listen } = await start(context, {
      namespaces: ['shop', 'bank'],
      selectors: [{ role: 'pod', label: 'app in (a,b)', field: 'status.phase=Running' }],
      attachNode: true,
    });
    const heard = listen();
    await heard.until(({ groups }) => groups !== undefined);
    const lists = server.asked.filter((url) => url.includes('limit='));
    const query = 'limit=500&labelSelector=app+in+%28a%2Cb%29&fieldSelector=status.phase%3DRunning';
    assert.deepEqual(lists.toSorted(), [
      `/api/v1/namespaces/bank/pods?${query}`,
      `/api/v1/namespaces/shop/pods?${query}`,
      '/api/v1/nodes?limit=500',
    ]);
  });

  it('joins slices with their services and pods, whichever changes', async (context) => {
    const { list, listen } = await start(context, { role: 'endpointslice' });
    const services = list('/api/v1/services');
    list('/api/v1/pods').objects = [pod('a', '10.0.0.1')];
    const metadata = { name: 'web', namespace: 'shop' };
    services.objects = [{ metadata }];
    const labels = { 'kubernetes.io/service-name': 'web' };
    const endpoint = {
      addresses: ['10.0.0.1'],
      targetRef: { kind: 'Pod', name: 'a', namespace: 'shop' },
    };
    const slice = {
      metadata: { name: 'web-1', namespace: 'shop', labels },
      addressType: 'IPv4',
      endpoints: [endpoint],
      ports: [{ port: 80 }],
    };
    list('/apis/discovery.k8s.io/v1/endpointslices').objects = [slice];
    const heard = listen();
    await heard.until(() => addresses(heard).length === 1 && services.watcherCount === 1);
    assert.equal(heard.targets()[0].__meta_kubernetes_pod_name, 'a');
    assert.equal(heard.targets()[0].__meta_kubernetes_service_name, 'web');
    services.send('MODIFIED', { metadata: { ...metadata, labels: { tier: 'x' } } });
    await heard.until(() => heard.targets()[0].__meta_kubernetes_service_label_tier === 'x');
  });
});

describe('access to a cluster', () => {
  it('is a pod’s service account where nothing is said', async () => {
    const server = await findServer({ kind: 'pod' }, () => ({ host: 'fd00::1', port: '443' }));
    assert.equal(server.url, 'https://[fd00::1]:443');
    const path = '/var/run/secrets/kubernetes.io/serviceaccount/token';
    assert.deepEqual(server.http.auth, {
      kind: 'token',
      scheme: 'Bearer',
      token: { kind: 'file', path },
    });
    await assert.rejects(
      findServer({ kind: 'pod' }, () => ({ host: '', port: '' })),
      /not in a pod: KUBERNETES_SERVICE_HOST is not set/,
    );
  });

  it('is read from the current context of a kubeconfig', (context) => {
    const dir = mkdtempSync(join(tmpdir(), 'nines-kube-'));
    context.after(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'config');
    const text = (user: string) => `
current-context: b
contexts:
  - {name: a, context: {cluster: x, user: x}}
  - {name: b, context: {cluster: c, user: u}}
clusters:
  - name: c
    cluster: {server: "https://k:6443/", certificate-authority: ca.pem, insecure-skip-tls-verify: true}
users:
  - {name: u, user: ${user}}
`;
    writeFileSync(file, text('{token: t}'));
    const { url, http } = readKubeconfig(file, text('{token: t}'));
    assert.equal(url, 'https://k:6443');
    assert.deepEqual(http.tls.ca, { kind: 'file', path: join(dir, 'ca.pem') });
    assert.equal(http.tls.insecureSkipVerify, true);
    const token = { kind: 'text', text: 't' };
    assert.deepEqual(http.auth, { kind: 'token', scheme: 'Bearer', token });
    const data = Buffer.from('CERT').toString('base64');
    const cert = readKubeconfig(file, text(`{client-certificate-data: ${data}}`)).http.tls.cert;
    assert.deepEqual(cert, { kind: 'text', text: 'CERT' });
    const check = (kubeconfig: string, want: RegExp): void =>
      assert.throws(() => readKubeconfig(file, kubeconfig), want);
    check(text('{exec: {command: aws}}'), /users with exec are not supported; give Nines a token/);
    check(text('{token: t}').replace('name: u', 'name: w'), /has no user "u"/);
    check('current-context: [', /config:/);
  });
});
