/** A sample of `npm run verify -- backup`, and what the command line says when it cannot. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runBackups } from '../backup/rounds.ts';
import { createScratchFolder, runCommandLine, startServer } from '../harness/server.ts';

describe('a backup of a running server', () => {
  it('restores to a server that answers the same, and lacks nothing that was answered', async () => {
    const report = await runBackups({ rounds: 1, seed: 20_261_124 });
    assert.deepEqual(report.misses, []);
    assert.ok(report.valuesCompared > 1_000, `only ${report.valuesCompared} values`);
    assert.ok(report.recordsSeen > 10, `only ${report.recordsSeen} records`);
  });

  it('is refused to those who may not have it, and to files that are there', async () => {
    const server = await startServer();
    const folder = createScratchFolder();
    const run = async (...args: string[]) => runCommandLine(args, { cwd: folder });
    const data = ['--data', server.dataDir];
    const made = await run('token', 'create', 'reader', '--role', 'viewer', ...data);
    const asViewer = await run('backup', ...data, '--token', made.stdout.trim());
    assert.match(asViewer.stderr, /this needs the role admin, and you have viewer/);
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(join(folder, 'taken.tar.zst'), 'mine');
    const again = await run('backup', 'taken.tar.zst', ...data);
    assert.match(again.stderr, /taken\.tar\.zst exists already/);
    const good = await run('backup', ...data);
    assert.equal(good.code, 0, good.stderr);
    const [file] = readdirSync(folder).filter((name) => name.startsWith('nines-backup-'));
    const checked = await run('backup', '--verify', file);
    assert.match(checked.stdout, /every checksum is right/);
    assert.ok(!existsSync(join(server.dataDir, 'backup.tmp')));
    await server.stop();
    const late = await run('backup', 'late.tar.zst', ...data);
    assert.deepEqual([late.code, existsSync(join(folder, 'late.tar.zst.partial'))], [3, false]);
    const onto = await run('restore', file, ...data);
    assert.match(onto.stderr, /is not empty/);
  });
});
