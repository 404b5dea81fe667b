/**
 * The promise: a broken configuration never takes the running one away, and says where it is
 * broken; one data folder has one process.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { createScratchFolder, runCommandLine, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const GOOD = `
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:9'] }]
`;

describe('configuration', () => {
  it('is refused at the start with every fault and its place', async () => {
    const file = join(createScratchFolder(), 'nines.yaml');
    writeFileSync(file, 'global: { scrape_intervall: 5s }\nservices:\n  - name: x\n');
    const run = await runCommandLine(['serve', '--config', file, '--listen', '127.0.0.1:0']);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /nines\.yaml:1:11: .*did you mean "scrape_interval"\?/);
    assert.match(run.stderr, /nines\.yaml:3:5: services\[0\] has no owner/);
  });

  it('stays in force when a reload is refused, and the board says so until it is mended', async () => {
    const server = await startServer({ config: GOOD });
    const file = join(dirname(server.dataDir), 'nines.yaml');
    try {
      writeFileSync(file, GOOD.replace('job_name', 'job_nam'));
      assert.match(
        await server.post('/-/reload'),
        /nines\.yaml:3:\d+: field .+job_nam.+ is not known/,
      );
      const { notices, services } = await server.client('getBoard', {});
      assert.equal(notices[0].code, 'config.rejected');
      assert.match(notices[0].details.join('\n'), /nines\.yaml:3:/);
      assert.deepEqual(
        // What is down comes first, and that depends on who was scraped by now.
        services.map(({ name }) => name).sort(),
        ['nines', 'node', 'shop'],
      );
      writeFileSync(file, GOOD.replace('shop', 'cart'));
      server.process.kill('SIGHUP');
      await waitUntil('the new job', async () => {
        const board = await server.client('getBoard', {});
        const hasCart = board.services.some(({ name }) => name === 'cart');
        const isMended = board.notices.length === 0 && hasCart;
        return isMended ? true : undefined;
      });
    } finally {
      await server.stop();
    }
  });
});

describe('a start that fails', () => {
  const start = async (...args: string[]) =>
    runCommandLine(['serve', '--data', join(createScratchFolder(), 'data'), ...args]);

  it('ends with 1 and a sentence, whatever was open by then', async () => {
    const server = await startServer();
    try {
      const { host } = new URL(server.url);
      const taken = await start('--listen', host);
      assert.equal(taken.code, 1);
      assert.match(
        taken.stderr,
        new RegExp(`cannot listen on ${host}: EADDRINUSE; choose another`),
      );
      assert.doesNotMatch(taken.stderr, /^\s+at /m);
    } finally {
      await server.stop();
    }
    const unnamed = await start('--listen', '127.0.0.1:0', '--external-url', 'nines');
    assert.equal(unnamed.code, 1);
    assert.match(unnamed.stderr, /cannot use "nines" as the external URL/);
    const below = ['--external-url', 'https://ops.example.com/nines/'];
    const nested = await start('--listen', '127.0.0.1:0', ...below);
    assert.match(nested.stderr, /Nines does not work below a path; give it a name of its own/);
  });

  it('says that PostgreSQL is away, and not with which password it was asked', async () => {
    const file = join(createScratchFolder(), 'nines.yaml');
    writeFileSync(file, 'records: { url: "postgres://nines:sesame@127.0.0.1:9/nines" }\n');
    const run = await start('--listen', '127.0.0.1:0', '--config', file);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /PostgreSQL \(records\.url\) cannot be reached: .*ECONNREFUSED/);
    assert.doesNotMatch(run.stderr, /sesame/);
  });
});

describe('data folder', () => {
  it('has one process, and a second one says who holds it', async () => {
    const server = await startServer();
    const second = await runCommandLine([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data',
      server.dataDir,
    ]);
    assert.equal(second.code, 1);
    assert.match(
      second.stderr,
      new RegExp(`in use by process ${server.process.pid}.*${server.url}`),
    );
    const startedMs = performance.now();
    assert.equal(await server.stop(), 0);
    assert.ok(performance.now() - startedMs < 5_000, 'a clean stop takes under five seconds');
    const third = await startServer({ dataDir: server.dataDir });
    assert.equal(await third.stop(), 0);
  });
});
