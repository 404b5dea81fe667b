/**
 * The promise: nobody gets in who was not let in, and who was let in gets in by session, bearer or
 * Basic alike.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningServer, runCommandLine, startServer } from '../harness/server.ts';

describe('access', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => server.stop());

  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(server.url + path, { headers })).status;
  const post = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${server.url}/api/nines/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('is closed but for health and the page itself', async () => {
    for (const path of ['/-/healthy', '/-/ready', '/', '/alerts', '/api/nines/v1/session']) {
      assert.equal(await status(path), 200, path);
    }
    const closed = [
      '/metrics',
      '/api/v1/query?query=up',
      '/api/nines/v1/board',
      '/api/nines/v1/events',
    ];
    for (const path of closed) assert.equal(await status(path), 401, path);
    assert.equal((await fetch(`${server.url}/-/reload`, { method: 'POST' })).status, 401);
  });

  it('lets the first person in with the printed link, once', async () => {
    const token = /#token=(\S+)/.exec(server.output())?.[1] ?? '';
    const first = await post('/session/link', { token });
    assert.equal(first.status, 200);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    assert.match(first.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/);
    assert.equal(await status('/api/nines/v1/board', { cookie }), 200);
    assert.equal((await post('/session/link', { token })).status, 401);
  });

  it('takes an API token as bearer and as Basic password, until it is revoked', async () => {
    const created = await runCommandLine([
      'token',
      'create',
      'ci',
      '--data',
      server.dataDir,
      '--json',
    ]);
    const { id, secret } = asRecord(JSON.parse(created.stdout));
    const basic = Buffer.from(`anything:${secret}`).toString('base64');
    assert.equal(await status('/metrics', { authorization: `Bearer ${secret}` }), 200);
    assert.equal(await status('/metrics', { authorization: `Basic ${basic}` }), 200);
    assert.equal(await status('/metrics', { authorization: `Bearer ${secret}x` }), 401);
    const revoked = await fetch(`${server.url}/api/nines/v1/tokens/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${secret}` },
    });
    assert.equal(revoked.status, 200);
    assert.equal(await status('/metrics', { authorization: `Bearer ${secret}` }), 401);
  });

  it('answers a wrong name and a wrong password alike, and then slows down', async () => {
    const answers = new Set<string>();
    let refused = 0;
    for (let attempt = 0; attempt < 40 && refused === 0; attempt++) {
      const name = attempt % 2 === 0 ? 'admin' : 'nobody';
      const response = await post('/session', { name, password: 'not the password' });
      if (response.status === 429) refused++;
      else answers.add(`${response.status} ${await response.text()}`);
    }
    assert.equal(answers.size, 1, [...answers].join(' | '));
    assert.equal(refused, 1, 'forty attempts in a row were all looked at');
  });

  it('refuses a foreign origin for acts', async () => {
    const response = await post('/session', {}, { origin: 'https://evil.example' });
    assert.equal(response.status, 403);
  });
});

describe('access without authentication', () => {
  it('is refused off loopback', async () => {
    const run = await runCommandLine(['serve', '--auth', 'none', '--listen', '0.0.0.0:0']);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /--auth none is refused on 0\.0\.0\.0/);
  });

  it('refuses foreign hosts and origins', async () => {
    const server = await startServer({ args: ['--auth', 'none'] });
    try {
      const path = `${server.url}/api/nines/v1/board`;
      assert.equal((await fetch(path)).status, 200);
      assert.equal(
        (await fetch(path, { headers: { origin: 'https://evil.example' } })).status,
        403,
      );
      assert.equal(await statusForHost(server.url, 'evil.example'), 403);
    } finally {
      await server.stop();
    }
  });
});

function asRecord(value: unknown): Readonly<Record<string, string>> {
  assert.ok(typeof value === 'object' && value !== null);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
}

/** fetch() does not let us choose the Host header, as an attacker's DNS would. */
async function statusForHost(url: string, host: string): Promise<number> {
  const { request } = await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(`${url}/api/nines/v1/board`, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.once('error', reject);
  sent.end();
  return promise;
}
