import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

describe('a start', () => {
  it('loads nothing of Node that the program does not use', () => {
    const program = new URL('index.ts', import.meta.url).href;
    const script = `
      await import(${JSON.stringify(program)});
      process.stdout.write(process.moduleLoadList.join('\\n'));
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    const loaded = child.stdout.split('\n');
    assert.ok(loaded.includes('NativeModule http'), child.stderr);
    // Node's fetch, 7 MiB of it: see platform/node-http.ts.
    assert.ok(!loaded.includes('NativeModule internal/deps/undici/undici'));
  });
});
