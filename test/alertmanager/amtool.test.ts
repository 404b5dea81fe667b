/** Our verdicts on alertmanager.yml, and our routes of an alert, beside those of amtool. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { VERDICT_CASES } from '../../packages/server/src/alertmanager/config/verdict-testing.ts';
import { findPrograms } from '../harness/peers.ts';

/** The first that knows all of the fields. */
const amtool = findPrograms('amtool').find((path) => {
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return /version 0\.(3[3-9]|[4-9]\d)/.test(stdout + stderr);
});

const folder = mkdtempSync(join(tmpdir(), 'nines-amtool-'));
after(() => rmSync(folder, { recursive: true }));

describe('amtool', {
  skip: amtool === undefined ? 'no amtool of Alertmanager 0.33 or later here' : false,
}, () => {
  it('has the verdicts that our cases say', () => {
    assert.ok(amtool);
    const files = VERDICT_CASES.map(({ text }, i) => {
      const file = join(folder, `${i}.yml`);
      writeFileSync(file, text);
      return file;
    });
    const { stdout } = spawnSync(amtool, ['check-config', ...files], { encoding: 'utf8' });
    const theirs = new Map(
      [...stdout.matchAll(/Checking '([^']+)' {2}(SUCCESS|FAILED: .*)/g)].map(
        ([, file, verdict]) => [file, verdict],
      ),
    );
    assert.equal(theirs.size, files.length);
    const differing = VERDICT_CASES.flatMap(({ name, refused }, i) => {
      const verdict = theirs.get(files[i]) ?? '';
      return (verdict === 'SUCCESS') === (refused === undefined) ? [] : [`${name}: ${verdict}`];
    });
    assert.deepEqual(differing, []);
  });
});
