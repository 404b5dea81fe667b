import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../bin/nines.mjs', import.meta.url));

describe('the program', () => {
  it('ends without a word when nobody reads its output any more', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    // Closed long before the program has started up, let alone written.
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => void (complaint += chunk.toString()));
    await once(child, 'close');
    assert.deepEqual([child.exitCode, complaint], [0, '']);
  });
});
