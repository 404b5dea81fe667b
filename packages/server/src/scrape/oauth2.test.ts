/** Against a real server on loopback that gives tokens. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import {
  type OAuth2Config,
  DEFAULT_HTTP_CLIENT,
  DEFAULT_TLS,
  createManualClock,
} from '../platform/index.ts';
import { createHttpClient } from './http-client.ts';

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (!isAddress(address)) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

interface Asked {
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

/** A server of tokens and a target that wants them. */
async function start(
  context: TestContext,
  answer: (asked: Asked, count: number) => { readonly status: number; readonly body: string },
  config: Partial<OAuth2Config> = {},
) {
  const asked: Asked[] = [];
  const tokenUrl = await serve(context, (request, response) => {
    void text(request).then((body) => {
      const { authorization } = request.headers;
      const one = { authorization, form: Object.fromEntries(new URLSearchParams(body)) };
      asked.push(one);
      const { status, body: sent } = answer(one, asked.length);
      response.writeHead(status).end(sent);
    });
  });
  const seen: (string | undefined)[] = [];
  const url = await serve(context, (request, response) => {
    seen.push(request.headers.authorization);
    response.end('a 1\n');
  });
  const clock = createManualClock();
  const oauth2: OAuth2Config = {
    clientId: 'id',
    clientSecret: { kind: 'text', text: 's/1' },
    tokenUrl,
    scopes: ['a', 'b'],
    endpointParams: [{ name: 'audience', value: 'x' }],
    tls: DEFAULT_TLS,
    proxy: { kind: 'none' },
    ...config,
  };
  const client = createHttpClient(
    { ...DEFAULT_HTTP_CLIENT, auth: { kind: 'oauth2', oauth2 } },
    { clock },
  );
  context.after(() => client.close());
  const send = async (): Promise<void> => {
    const signal = AbortSignal.timeout(10_000);
    const response = await client.send({ url, headers: {}, signal });
    response.resume();
    await once(response, 'end');
  };
  return { asked, seen, clock, send };
}

describe('OAuth 2.0', () => {
  it('asks for a token once, for all who want it, and again shortly before it ends', async (context) => {
    const { asked, seen, clock, send } = await start(context, (_asked, count) => ({
      status: 200,
      body: JSON.stringify({ access_token: `t${count}`, expires_in: 60 }),
    }));
    await Promise.all([send(), send(), send()]);
    assert.deepEqual(seen, ['Bearer t1', 'Bearer t1', 'Bearer t1']);
    assert.deepEqual(asked, [
      {
        authorization: `Basic ${Buffer.from('id:s%2F1').toString('base64')}`,
        form: { grant_type: 'client_credentials', scope: 'a b', audience: 'x' },
      },
    ]);
    clock.advance(49_000);
    await send();
    clock.advance(2_000);
    await send();
    assert.deepEqual(seen.slice(3), ['Bearer t1', 'Bearer t2']);
  });

  it('names itself in the body where the server wants it there', async (context) => {
    const { asked, seen, send } = await start(context, ({ authorization }) =>
      authorization === undefined
        ? { status: 200, body: '{"access_token": "t"}' }
        : { status: 401, body: '' },
    );
    await send();
    assert.deepEqual(seen, ['Bearer t']);
    assert.equal(asked[1].form.client_id, 'id');
    assert.equal(asked[1].form.client_secret, 's/1');
  });

  it('says why there is no token', async (context) => {
    const check = async (status: number, body: string, want: RegExp): Promise<void> => {
      const { send } = await start(context, () => ({ status, body }));
      await assert.rejects(send(), want);
    };
    await check(500, '', /cannot get an OAuth 2\.0 token from .*: it answered HTTP status 500/);
    await check(401, '', /it answered HTTP status 401/);
    await check(200, '{', /its answer is not JSON/);
    await check(200, '{}', /its answer has no token/);
  });
});
