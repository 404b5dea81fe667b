import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { parseReply } from './icmp-prober.ts';
import { probeWith } from './testing.ts';
import { formatName } from './tls.ts';

function addressOf(server: { address(): AddressInfo | string | null }): string {
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function serve(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return addressOf(server);
}

async function serveBytes(context: TestContext, bytes: Uint8Array): Promise<string> {
  const server = createTcpServer((socket) => socket.on('error', () => {}).end(bytes));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  context.after(() => server.close());
  return addressOf(server);
}

describe('a probe', () => {
  it('keeps what it saw of a failure', async (context) => {
    const target = await serve(context, (_request, response) =>
      response.writeHead(503, { 'x-why': 'database' }).end('down for now'),
    );
    const { isSuccess, evidence, phases, metrics } = await probeWith('{prober: http}', { target });
    assert.equal(isSuccess, false);
    assert.equal(evidence.reason, 'status 503, wanted 2xx');
    assert.equal(evidence.answer, 'HTTP/1.1 503');
    assert.equal(evidence.address, '127.0.0.1');
    assert.equal(evidence.firstBytes, 'down for now');
    assert.ok(evidence.headers.some(([name, value]) => name === 'x-why' && value === 'database'));
    const names = phases.map(({ name }) => name);
    assert.deepEqual(names, ['resolve', 'connect', 'tls', 'processing', 'transfer']);
    assert.match(metrics, /^probe_success 0$/m);
  });

  it('reaches no address of its own network unless it may', async (context) => {
    let isAsked = false;
    const target = await serve(context, (_request, response) => {
      isAsked = true;
      response.end();
    });
    const check = async (body: string, to: string, want: RegExp): Promise<void> => {
      const { evidence } = await probeWith(body, { target: to, allowsPrivate: false });
      assert.match(evidence.reason ?? '', want, to);
    };
    const isPrivate = /not on the internet; set allow_private: true/;
    await check('{prober: http}', target, isPrivate);
    await check('{prober: http}', target.replace('127.0.0.1', 'localhost'), isPrivate);
    await check('{prober: tcp}', target, isPrivate);
    await check('{prober: dns, dns: {query_name: a}}', '127.0.0.1', isPrivate);
    await check('{prober: icmp}', '127.0.0.1', isPrivate);
    await check('{prober: unix}', '/run/secret.sock', /a Unix socket is of this machine/);
    await check('{prober: http}', '[::ffff:10.0.0.1]', isPrivate);
    assert.equal(isAsked, false);
  });

  it('never reaches what serves the credentials of a cloud, by no redirect either', async (context) => {
    const target = await serve(context, (_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    );
    const { evidence } = await probeWith('{prober: http}', { target });
    assert.match(evidence.reason ?? '', /169\.254\.169\.254 serves a cloud's credentials/);
  });

  it('gives credentials to the server that was named, and to nobody that it points at', async (context) => {
    const seen: (string | undefined)[] = [];
    const other = await serve(context, (request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie);
      response.end();
    });
    const target = await serve(context, (request, response) => {
      seen.push(request.headers.authorization);
      const location = `http://${other.replace('127.0.0.1', 'localhost')}/`;
      response.writeHead(302, { location, 'set-cookie': 'a=1' }).end();
    });
    const body = '{prober: http, http: {basic_auth: {username: a, password: b}}}';
    const { isSuccess } = await probeWith(body, { target });
    assert.deepEqual([isSuccess, ...seen], [true, 'secret', undefined, undefined]);
  });

  it('ends when its time is up, wherever it is', async (context) => {
    const silent = await serve(context, () => {});
    const endless = await serve(context, (_request, response) => void response.write('a'));
    const check = async (body: string, target: string): Promise<void> => {
      const { isSuccess, evidence } = await probeWith(body, { target, timeoutMs: 100 });
      assert.equal(isSuccess, false);
      assert.match(evidence.reason ?? '', /no verdict within 0\.1 s|time of the probe is up/);
    };
    await Promise.all([
      check('{prober: http}', silent),
      check('{prober: http}', endless),
      check('{prober: tcp, tcp: {query_response: [{expect: a}]}}', silent),
    ]);
  });

  it('fails a module that cannot run here with the reason', async () => {
    const { isSuccess, evidence } = await probeWith('{prober: websocket}', { target: 'ws://a' });
    assert.equal(isSuccess, false);
    assert.match(evidence.reason ?? '', /cannot run here: websocket is not supported/);
  });

  it('asks a web server by another name', async (context) => {
    const target = await serve(context, ({ headers }, response) => response.end(headers.host));
    const body = '{prober: http, http: {fail_if_body_not_matches_regexp: ["^shop.example$"]}}';
    const { isSuccess } = await probeWith(body, { target, hostname: 'shop.example' });
    assert.equal(isSuccess, true);
  });

  it('comes to a verdict whatever a server sends', async (context) => {
    const seed = 20_261_124;
    const random = createSeededRandom(seed);
    const head = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello');
    const bodies = [
      '{prober: http, http: {compression: gzip}}',
      '{prober: http}',
      '{prober: tcp, tcp: {query_response: [{expect: "^HTTP"}, {expect_bytes: he}]}}',
      '{prober: dns, dns: {query_name: a, transport_protocol: tcp}}',
      '{prober: tcp, tcp: {tls: true}}',
    ];
    const rounds = Array.from({ length: 40 }, async (_, i) => {
      const bytes = Buffer.from(head);
      for (let k = 0; k < 3; k++) {
        bytes[Math.floor(random.float() * bytes.length)] = Math.floor(random.float() * 256);
      }
      const target = await serveBytes(context, bytes);
      const body = bodies[i % bodies.length];
      const { isSuccess, evidence } = await probeWith(body, { target, timeoutMs: 1000 });
      assert.equal(isSuccess, evidence.reason === undefined, `seed ${seed}, round ${i}`);
    });
    await Promise.all(rounds);
  });
});

it("reads the replies of several systems' ping", () => {
  const check = (said: string, want: readonly [number, number] | undefined): void => {
    const reply = parseReply(said);
    const got = reply === undefined ? undefined : [reply.roundTripMs, reply.hopLimit];
    assert.deepEqual(got, want, said);
  };
  check('64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.035 ms', [0.035, 64]);
  check('64 bytes from ::1: seq=0 ttl=64 time=0.1 ms', [0.1, 64]);
  check('64 bytes from 10.0.0.1: icmp_seq=1 ttl=5 time<1 ms', [1, 5]);
  check('From 10.0.0.1 icmp_seq=1 Time to live exceeded', undefined);
});

it('writes the names of certificates as Go does', () => {
  const check = (lines: string, want: string): void => assert.equal(formatName(lines), want);
  check('C=DE\nO=Nines\nOU=A\nOU=B\nCN=localhost', 'CN=localhost,OU=A+OU=B,O=Nines,C=DE');
  check('CN=a=b', 'CN=a=b');
});
