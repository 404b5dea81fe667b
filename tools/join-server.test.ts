import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const JOINED = new URL('../packages/server/bin/joined.mjs', import.meta.url).href;

function joinedRoot(): { readonly root: string; readonly source: string } {
  const root = mkdtempSync(join(tmpdir(), 'nines-joined-'));
  const cache = join(root, 'node_modules', '.cache', 'nines-server');
  mkdirSync(cache, { recursive: true });
  const source = join(root, 'main.ts');
  writeFileSync(source, 'export {};\n');
  const { mtimeMs, size } = statSync(source);
  writeFileSync(join(cache, 'manifest'), `${mtimeMs} ${size} main.ts\n\nmain.mjs main.ts`);
  return { root, source };
}

/** What a start finds, as pairs of URLs. */
function findJoined(root: string): unknown {
  const script = `
    const { findJoined } = await import(${JSON.stringify(JOINED)});
    console.log(JSON.stringify([...findJoined(${JSON.stringify(root)})]));
  `;
  const options = { encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options));
}

describe('modules that were joined', () => {
  it('are loaded in place of what they were made of', () => {
    const { root, source } = joinedRoot();
    const joined = join(root, 'node_modules', '.cache', 'nines-server', 'main.mjs');
    const want = [[pathToFileURL(source).href, pathToFileURL(joined).href]];
    assert.deepEqual(findJoined(root), want);
  });

  const changes: readonly [string, (source: string) => void][] = [
    ['was edited since', (source) => writeFileSync(source, 'export const x = 1;\n')],
    ['is gone', unlinkSync],
  ];
  for (const [what, change] of changes) {
    it(`are passed over when a module ${what}`, () => {
      const { root, source } = joinedRoot();
      change(source);
      assert.deepEqual(findJoined(root), []);
    });
  }

  it('are none where nothing was joined', () => {
    assert.deepEqual(findJoined(mkdtempSync(join(tmpdir(), 'nines-joined-'))), []);
  });
});
