/** `nines doctor` beside real servers and real troubles. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { closeServer, listen } from '../harness/exporter.ts';
import { items, valueAt } from '../harness/json.ts';
import { createScratchFolder, runCommandLine, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

interface Checkup {
  readonly code: number | null;
  /** The verdict and the text of each thing that was looked at. */
  readonly about: (name: string) => string;
}

async function examine(...args: readonly string[]): Promise<Checkup> {
  const cwd = createScratchFolder();
  const listenArgs = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  const all = ['doctor', '--json', ...listenArgs, ...args];
  const { code, stdout, stderr } = await runCommandLine(all, { cwd });
  assert.equal(stderr, '');
  const findings = items(valueAt(JSON.parse(stdout), 'findings'));
  const about = (name: string): string =>
    findings
      .filter((finding) => valueAt(finding, 'about') === name)
      .map(
        (finding) => `${String(valueAt(finding, 'verdict'))}: ${String(valueAt(finding, 'text'))}`,
      )
      .join('\n');
  return { code, about };
}

describe('nines doctor', () => {
  it('finds nothing wrong with a server that runs, and everything it has to say', async () => {
    const dataDir = join(createScratchFolder(), 'data');
    const config = `
scrape_configs:
  - { job_name: gone, scrape_interval: 250ms, scrape_timeout: 250ms, static_configs: [{ targets: ['127.0.0.1:1'] }] }
`;
    const server = await startServer({ dataDir, config });
    try {
      await waitUntil('the target to be down', async () => {
        const { targets } = await server.client('listTargets', {});
        return targets.some(({ health }) => health === 'down') ? true : undefined;
      });
      const { code, about } = await examine('--data', dataDir);
      assert.match(about('node'), /^fine: v26/);
      assert.match(about('configuration'), /^fine: there is no nines\.yaml/);
      assert.equal(about('data folder'), `fine: ${dataDir}`);
      assert.match(about('disk'), /free on the disk/);
      assert.match(about('lock'), new RegExp(`^fine: process ${server.process.pid} holds`));
      assert.match(about('records'), /^fine: SQLite can be read/);
      assert.match(about('port'), /^fine: 127\.0\.0\.1:\d+ is ours/);
      assert.match(about('server'), /^fine: ready for .*, version 0\.1\.0/);
      assert.match(about('clock'), /^fine: agrees/);
      assert.match(about('memory'), /^fine: \d+ MiB for \d+ series/);
      assert.match(about('targets'), /^notice: 1 of \d down: gone 127\.0\.0\.1:1: /);
      assert.match(about('channel'), /browser: /);
      assert.equal(code, 0);
      const remote = await examine('--url', server.url);
      assert.match(remote.about('server'), /^wrong: the server wants a token/);
      assert.equal(remote.about('data folder'), '');
    } finally {
      await server.stop();
    }
    const later = await examine('--data', dataDir);
    assert.match(later.about('server'), /^wrong: cannot reach .* ECONNREFUSED; its log says why/);
    assert.match(later.about('lock'), /^fine: nobody/);
    assert.equal(later.code, 1);
  });

  it('says what a first start would find', async () => {
    const folder = createScratchFolder();
    const { code, about } = await examine('--data', join(folder, 'new'));
    assert.match(about('data folder'), /^notice: there is no .* yet; the first start makes it/);
    assert.match(about('records'), /^fine: there are none yet/);
    assert.match(about('port'), /is free/);
    assert.match(about('server'), /^notice: no server is known/);
    assert.equal(code, 0);
  });

  it('names each fault of a configuration, a taken port, damaged records', async () => {
    const folder = createScratchFolder();
    const config = join(folder, 'nines.yaml');
    writeFileSync(config, 'scrape_config: []\nservices: 7\n');
    writeFileSync(join(folder, 'nines.db'), 'This is no database. '.repeat(300));
    const other = createServer();
    const port = await listen(other);
    try {
      const taken = ['--listen', `127.0.0.1:${port}`];
      const { code, about } = await examine('--data', folder, '--config', config, ...taken);
      assert.match(
        about('configuration'),
        /^wrong: .*nines\.yaml:1:1.*; correct it, then nines check/,
      );
      assert.match(about('port'), /^wrong: cannot listen on .* \(EADDRINUSE\); choose another/);
      assert.match(about('records'), /^wrong: .*restore/);
      assert.equal(code, 1);
    } finally {
      await closeServer(other);
    }
  });

  it('finds a data folder that cannot be used', async () => {
    const folder = createScratchFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const asFolder = await examine('--data', join(file, 'data'));
    assert.match(asFolder.about('data folder'), /^wrong: cannot use .* \(ENOTDIR\)/);
    assert.equal(asFolder.code, 1);
  });

  const skip = process.getuid?.() === 0 ? 'root may write anywhere' : false;
  it('finds a data folder that may only be read', { skip }, async () => {
    const closed = join(createScratchFolder(), 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const { code, about } = await examine('--data', closed);
    assert.match(about('data folder'), /^wrong: cannot use .* \(EACCES\); run as its owner/);
    assert.equal(code, 1);
  });
});
