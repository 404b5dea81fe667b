import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openmetricsSuite } from './openmetrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'nines-openmetrics-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes one case; answers its file. */
function writeCase(name: string, text: string, json: string): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'metrics'), text);
  writeFileSync(join(dir, 'test.json'), json);
  return join(dir, 'test.json');
}

describe('the openmetrics suite', () => {
  it('passes where our verdict is that of the case, and fails where not or where it is unclear', async () => {
    const good = '{"type":"text","file":"metrics","shouldParse":true}';
    const bad = good.replace('true', 'false');
    const files = [
      writeCase('a', 'a 1\n# EOF\n', good),
      writeCase('b', 'a 1\n', bad),
      writeCase('c', 'a 1\n', good),
      writeCase('d', 'a 1\n# EOF\n', bad),
      writeCase('e', 'a 1\n# EOF\n', '{"file":"metrics"}'),
      writeCase('f', 'a 1\n# EOF\n', good.replace('metrics', 'absent')),
    ];
    assert.ok(files.every((file) => openmetricsSuite.isCase(file)));
    const results = await openmetricsSuite.run(files);
    const verdicts = results.map(({ name, failure }) => `${name}:${failure === undefined}`);
    assert.deepEqual(verdicts, ['a:true', 'b:true', 'c:false', 'd:false', 'e:false', 'f:false']);
  });
});
