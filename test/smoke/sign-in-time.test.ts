/** The promise: the time of an answer does not tell whether a name exists. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const ATTEMPTS = 7;
/** Without the work of a hash an answer takes a twentieth of the time. */
const SHARE_MIN = 1 / 3;

describe('sign-in', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer();
    const token = await waitUntil('the printed link', async () => readLink(server));
    const opened = await send(server, { method: 'POST', path: '/session/link', body: { token } });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const body = { next: 'the right password' };
    const set = await send(server, { method: 'PUT', path: '/me/password', body, cookie });
    assert.equal(set.status, 200);
  });
  after(async () => server.stop());

  it('takes as long for a name that nobody has as for a wrong password', async () => {
    const knownMs: number[] = [];
    const unknownMs: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      knownMs.push(await timeRefusal(server, 'admin'));
      unknownMs.push(await timeRefusal(server, 'nobody'));
    }
    const share = median(unknownMs) / median(knownMs);
    const figures = `${median(unknownMs)} ms without a user, ${median(knownMs)} ms with one`;
    assert.ok(share > SHARE_MIN && share < 1 / SHARE_MIN, figures);
  });
});

function readLink(server: RunningServer): string | undefined {
  return /#token=(\S+)/.exec(server.output())?.[1];
}

async function timeRefusal(server: RunningServer, name: string): Promise<number> {
  const startedMs = performance.now();
  const body = { name, password: 'not the password' };
  const response = await send(server, { method: 'POST', path: '/session', body });
  await response.text();
  assert.equal(response.status, 401);
  return performance.now() - startedMs;
}

async function send(
  server: RunningServer,
  request: {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
    readonly cookie?: string;
  },
): Promise<Response> {
  const { method, path, body, cookie } = request;
  return fetch(`${server.url}/api/nines/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      origin: server.url,
      ...(cookie === undefined ? {} : { cookie }),
    },
    body: JSON.stringify(body),
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
