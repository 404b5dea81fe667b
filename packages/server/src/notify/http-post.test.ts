import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { AppError, createManualClock, createSystemClock } from '../platform/index.ts';
import { createHttpPoster, type HttpPost, type HttpPosterOptions } from './http-post.ts';

const servers: (Server | TcpServer)[] = [];
after(() => servers.forEach((server) => server.close()));

async function listen(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}
const serve = async (listener: RequestListener) => listen(createServer(listener));

function post(url: string, options: Partial<HttpPost> & Partial<HttpPosterOptions> = {}) {
  const { clock = createSystemClock(), resolveHost, connect: connector, ...rest } = options;
  return createHttpPoster({ clock, resolveHost, connect: connector })({
    url: new URL(url),
    headers: { 'content-type': 'application/json' },
    body: '{"a":"ü"}',
    allowsPrivate: true,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    ...rest,
  });
}

describe('createHttpPoster', () => {
  it('posts the body and reads the answer', async () => {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`);
      request.setEncoding('utf8').on('data', (text) => seen.push(String(text)));
      request.on('end', () => response.writeHead(202, { 'retry-after': '7' }).end('thanks'));
    });
    const answer = await post(`http://127.0.0.1:${port}/hook?x=1`);
    assert.deepEqual(answer, { status: 202, retryAfter: '7', text: 'thanks' });
    assert.deepEqual(seen, [`POST /hook?x=1 127.0.0.1:${port}`, '{"a":"ü"}']);
  });

  it('connects by name to the address that was looked up', async () => {
    const port = await serve((request, response) => response.end(request.headers.host));
    const answer = await post(`http://hooks.example:${port}/`, {
      resolveHost: async () => ['127.0.0.1'],
    });
    assert.equal(answer.text, `hooks.example:${port}`);
  });

  it('does not follow redirects', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/x' }).end());
    assert.equal((await post(`http://127.0.0.1:${port}/`)).status, 302);
  });

  it('reads only the beginning of an endless answer', async () => {
    const port = await serve((_, response) => {
      response.writeHead(500);
      const more = () => void (response.write('x'.repeat(1000)) ? setImmediate(more) : undefined);
      response.on('drain', more).on('error', () => {});
      more();
    });
    const answer = await post(`http://127.0.0.1:${port}/`);
    assert.equal(answer.status, 500);
    assert.equal(answer.text.length, 4096);
  });

  it('keeps the status of an answer that breaks off', async () => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      }),
    );
    assert.deepEqual(await post(`http://127.0.0.1:${port}/`), {
      status: 200,
      retryAfter: undefined,
      text: 'half',
    });
  });

  it('gives up on a receiver that never answers', async () => {
    const clock = createManualClock();
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => clock.advance(5000));
      }),
    );
    await assert.rejects(post(`http://127.0.0.1:${port}/`, { clock }), /no answer within 5 s/);
  });

  it('gives up on a look-up that never answers', async () => {
    const clock = createManualClock();
    const answer = post('http://hooks.example/', {
      clock,
      resolveHost: async () => new Promise(() => {}),
    });
    clock.advance(5000);
    await assert.rejects(answer, /no answer within 5 s/);
  });

  it('fails on what is no HTTP', async () => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.end('SSH-2.0-OpenSSH\r\n');
      }),
    );
    await assert.rejects(post(`http://127.0.0.1:${port}/`), /Parse Error/);
  });

  it('can be called off', async () => {
    const abort = new AbortController();
    const port = await serve(() => abort.abort());
    await assert.rejects(post(`http://127.0.0.1:${port}/`, { signal: abort.signal }));
  });
});

describe('the judgement of addresses', () => {
  const refused = async (promise: Promise<unknown>, want: RegExp) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'WEBHOOK_ADDRESS_REFUSED');
      assert.match(error.message, want);
      return true;
    });
  async function countConnections(): Promise<{ port: number; count: () => number }> {
    let connections = 0;
    let bytes = 0;
    const port = await listen(
      createTcpServer((socket) => {
        connections++;
        socket.on('error', () => {}).on('data', (chunk) => void (bytes += chunk.length));
      }),
    );
    return { port, count: () => connections + bytes };
  }

  it('refuses a private literal before it connects', async () => {
    const { port, count } = await countConnections();
    await refused(post(`http://127.0.0.1:${port}/`, { allowsPrivate: false }), /^127.0.0.1 is not/);
    await refused(post(`http://[::1]:${port}/`, { allowsPrivate: false }), /^::1 is not/);
    assert.equal(count(), 0);
  });
  it('refuses a name when any of its addresses is private', async () => {
    const { port, count } = await countConnections();
    const resolveHost = async () => ['1.1.1.1', '127.0.0.1'];
    const answer = post(`http://hooks.example:${port}/`, { allowsPrivate: false, resolveHost });
    await refused(answer, /^127.0.0.1 is not/);
    assert.equal(count(), 0);
  });
  it('sends no byte to a peer that is not the one that was looked up', async () => {
    let bytes = 0;
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {}).on('data', (chunk) => void (bytes += chunk.length));
      }),
    );
    const answer = post(`http://hooks.example:${port}/`, {
      allowsPrivate: false,
      resolveHost: async () => ['1.1.1.1'],
      connect: () => connect(port, '127.0.0.1'),
    });
    await refused(answer, /^127.0.0.1 is not/);
    assert.equal(bytes, 0);
  });
});
