/**
 * Unit tests of rules, ours and promtool's, over random files: the same words on the same stream.
 * NINES_RULE_TESTS_FILES=200 NINES_RULE_TESTS_SEED=1 looks further.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runCli } from '../../packages/server/src/cli/index.ts';
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import { findPrograms } from '../harness/peers.ts';
import { writeRandomFiles } from './random-files.ts';

const SEED = Number(process.env.NINES_RULE_TESTS_SEED ?? 20_261_123);
const FILES = Number(process.env.NINES_RULE_TESTS_FILES ?? 4);

/** The first that knows what the files use: Debian's promtool is older. */
const promtool = findPrograms('promtool').find((path) => {
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return /version 3\.([5-9]|\d\d)/.test(stdout + stderr);
});

const folder = mkdtempSync(join(tmpdir(), 'nines-rule-tests-'));
after(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

function runTheirs(path: string, file: string): Outcome {
  const { stdout, stderr, status } = spawnSync(path, ['test', 'rules', file], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { stdout, stderr, code: status };
}

async function runOurs(file: string): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  const code = await runCli(['test', 'rules', file], {
    env: {},
    stdout: (text) => void (output.stdout += text),
    stderr: (text) => void (output.stderr += text),
    stdin: () => assert.fail('reads no input'),
    loadAlertmanager: async () => Promise.reject(new Error('not used here')),
    loadApp: async () => import('../../packages/server/src/app/index.ts'),
    loadServer: async () => assert.fail('runs no server'),
  });
  return { ...output, code };
}

describe('random rules with tests', {
  skip: promtool === undefined ? 'no promtool of Prometheus 3.5 or later here' : false,
}, () => {
  it('come to the words that promtool prints', async () => {
    assert.ok(promtool);
    const random = createSeededRandom(SEED);
    let lines = 0;
    for (let i = 0; i < FILES; i++) {
      const { rules, tests } = writeRandomFiles(random, `rules-${i}.yml`);
      const file = join(folder, `tests-${i}.yml`);
      writeFileSync(join(folder, `rules-${i}.yml`), rules);
      writeFileSync(file, tests);
      const theirs = runTheirs(promtool, file);
      const ours = await runOurs(file);
      const told = `seed ${SEED}, file ${i}:\n${rules}\n${tests}`;
      assert.deepEqual(ours.stderr.split('\n'), theirs.stderr.split('\n'), told);
      assert.deepEqual([ours.stdout, ours.code], [theirs.stdout, theirs.code], told);
      lines += theirs.stderr.split('\n').length;
    }
    assert.ok(lines > 20 * FILES, `only ${lines} lines were compared`);
  });
});
