import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { runCli } from './index.ts';

const ANSWERS: Readonly<Record<string, unknown>> = {
  vector: {
    resultType: 'vector',
    result: [
      { metric: { __name__: 'up', job: 'a' }, value: [1, '1'] },
      {
        metric: { __name__: 'h' },
        histogram: [
          1,
          {
            count: '3',
            sum: '4',
            buckets: [
              [3, '-1', '1', '1'],
              [0, '1', '2', '2'],
            ],
          },
        ],
      },
    ],
  },
  matrix: {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [1, '5'],
          [3, '6'],
        ],
        histograms: [[2, { count: '0', sum: '0' }]],
      },
      { metric: { __name__: 'h' }, histograms: [[2, { count: '0', sum: '0' }]] },
    ],
  },
  scalar: { resultType: 'scalar', result: [1, '2.5'] },
};

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const data = ANSWERS[searchParams.get('query') ?? ''];
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'success', data }));
});
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
after(() => server.close());

async function query(expression: string): Promise<string> {
  const address: AddressInfo | string | null = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  let stdout = '';
  const code = await runCli(['query', expression, '--url', `http://127.0.0.1:${address.port}`], {
    env: {},
    stdout: (text) => void (stdout += text),
    stderr: (text) => assert.fail(text),
    stdin: () => Readable.from([]),
    loadAlertmanager: async () => assert.fail('asks a server'),
    loadApp: async () => assert.fail('asks a server'),
    loadServer: async () => assert.fail('asks a server'),
  });
  assert.equal(code, 0);
  return stdout;
}

describe('nines query', () => {
  it('shows floats, and histograms as promtool does', async () => {
    assert.equal(
      await query('vector'),
      'up{job="a"}  1\nh            {count:3, sum:4, [-1,1]:1, (1,2]:2}\n',
    );
    assert.equal(await query('scalar'), '2.5\n');
  });

  it('shows the newest sample of a range, of whichever kind', async () => {
    assert.equal(await query('matrix'), '{}  6\nh   {count:0, sum:0}\n');
  });
});
