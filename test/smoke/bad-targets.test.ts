/**
 * The promise: whatever a target does, it is down with the reason on view, and its neighbours are
 * scraped as before; a question that is too dear is refused with what it would cost.
 */
import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { closeServer, listen } from '../harness/exporter.ts';
import { items, members, valueAt } from '../harness/json.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const MIB = 1024 * 1024;
/** Two hundred times the limit, in a body of some 200 kB, which is within it. */
const BOMB = gzipSync(Buffer.alloc(200 * MIB, '#'));
const ENDLESS_LINE = Buffer.from('# and on, and on, and on\n'.repeat(512));

/** What a target does, by the path of its metrics. */
const TARGETS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  good: (response) => void response.end('orders_total 1\n'),
  garbage: (response) => void response.end('orders_total 1\n<html>503 Sorry</html>\n'),
  binary: (response) => void response.end(Buffer.from([0xff, 0x00, 0xfe, 0x0a, 0x80])),
  silent: () => undefined,
  // Headers and half a body, and then nothing.
  stuck: (response) => void response.write('orders_total 1\n'),
  endless(response) {
    const more = (): void => {
      while (!response.destroyed && response.write(ENDLESS_LINE));
    };
    response.on('drain', more);
    more();
  },
  bomb(response) {
    response.setHeader('content-encoding', 'gzip').end(BOMB);
  },
  broken(response) {
    response.setHeader('content-encoding', 'gzip').end(BOMB.subarray(1));
  },
  cut(response) {
    response.setHeader('content-length', '1000').write('orders_total 1\n');
    setImmediate(() => response.destroy());
  },
  circle(response) {
    response.writeHead(302, { location: '/circle' }).end();
  },
  error: (response) => void response.writeHead(500).end('out of memory'),
};

const REASONS: Readonly<Record<string, RegExp>> = {
  garbage: /^cannot parse line 2: .* got "<"$/,
  binary: /^cannot parse line 1: .* got "\\xff"$/,
  silent: /^no answer within 1s500ms$/,
  stuck: /^no answer within 1s500ms: the body was not complete after 15 bytes$/,
  endless: /^body exceeded 1 MiB$/,
  bomb: /^body exceeded 1 MiB$/,
  broken: /^the body is not valid gzip$/,
  cut: /^connection closed by the target before its answer was complete$/,
  circle: /^stopped after 10 redirects$/,
  error: /^server returned HTTP status 500/,
  closed: /^connection refused$/,
};

describe('bad targets', () => {
  let exporter: Server;
  let server: RunningServer;

  before(async () => {
    exporter = createServer((request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      TARGETS[(request.url ?? '').slice(1)]?.(response);
    });
    const port = await listen(exporter);
    server = await startServer({ config: configFor(port), args: ['--auth', 'none'] });
  });
  after(async () => {
    await server.stop();
    await closeServer(exporter);
  });

  const readTargets = async (): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> => {
    const answer = await server.get('/api/v1/targets');
    const active = items(valueAt(answer, 'data', 'activeTargets')).map(members);
    return new Map(active.map((target) => [String(target.scrapePool), target]));
  };

  it('are down, each with its reason', async () => {
    // Besides the bad ones: their good neighbour, Nines itself and its machine.
    const wanted = Object.keys(REASONS).length + 3;
    const targets = await waitUntil('every target to be scraped', async () => {
      const all = await readTargets();
      const judged = [...all.values()].filter(({ health }) => health !== 'unknown');
      return judged.length === wanted ? all : undefined;
    });
    for (const [job, reason] of Object.entries(REASONS)) {
      const { health, lastError } = members(targets.get(job));
      assert.equal(health, 'down', job);
      assert.match(String(lastError), reason, job);
    }
  });

  it('have up == 0 and no samples, while their neighbour has', async () => {
    const up = await query(server, 'up');
    assert.equal(up.get('good'), '1');
    for (const job of Object.keys(REASONS)) assert.equal(up.get(job), '0', job);
    const orders = await query(server, 'orders_total');
    assert.deepEqual([...orders.keys()], ['good']);
  });

  it('do not take the memory of the server', async () => {
    const { residentBytes } = await server.client('getStatus', {});
    assert.ok(residentBytes < 512 * MIB, `${Math.round(residentBytes / MIB)} MiB`);
  });
});

describe('a query that is too dear', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ args: ['--auth', 'none'] });
    // Some hundred series, of the server itself.
    await waitUntil('the first samples', async () =>
      (await query(server, 'up')).size > 0 ? true : undefined,
    );
  });
  after(async () => server.stop());

  const check = (
    what: string,
    path: string,
    refusal: { readonly status: number; readonly message: RegExp },
  ): void => {
    it(`is refused before it runs: ${what}`, async () => {
      const startedMs = performance.now();
      const response = await fetch(`${server.url}/api/v1/${path}`);
      const { error } = members(await response.json());
      assert.equal(response.status, refusal.status, String(error));
      assert.match(String(error), refusal.message);
      assert.ok(performance.now() - startedMs < 3_000, 'it was tried all the same');
    });
  };
  check('too many steps', 'query_range?query=up&start=0&end=1e9&step=1', {
    status: 400,
    message: /11,?000/,
  });
  check(
    'a subquery of a year in milliseconds',
    `query?query=${encodeURIComponent('max_over_time(vector(1)[1y:1ms])')}`,
    { status: 422, message: /31,?536,?000,?000|10,?000,?000/ },
  );
  check(
    'more samples than memory holds',
    `query?query=${encodeURIComponent('max_over_time({__name__=~".+"}[9000s:1ms])')}`,
    { status: 422, message: /samples/ },
  );
});

function configFor(port: number): string {
  const jobs = [...Object.keys(TARGETS), 'closed'].map((job) => {
    const target = job === 'closed' ? '127.0.0.1:1' : `127.0.0.1:${port}`;
    return `
  - job_name: ${job}
    metrics_path: /${job}
    static_configs: [{ targets: ['${target}'] }]`;
  });
  return `
global: { scrape_interval: 2s, scrape_timeout: 1500ms, body_size_limit: 1MB }
scrape_configs:${jobs.join('')}
`;
}

async function query(server: RunningServer, text: string): Promise<ReadonlyMap<string, string>> {
  const answer = await server.get(`/api/v1/query?query=${encodeURIComponent(text)}`);
  const result = items(valueAt(answer, 'data', 'result'));
  return new Map(
    result.map((one) => [String(valueAt(one, 'metric', 'job')), String(valueAt(one, 'value', 1))]),
  );
}
