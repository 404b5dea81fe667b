import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from './random.ts';
import { spoilBytes, spoilText } from './testing.ts';

describe('spoiled samples', () => {
  it('leave the sample alone, whichever kind of array it is, and come again from the same seed', () => {
    const text = 'a{b="1"} 2.5\n';
    const corpus = [Buffer.from(text), new Uint8Array(Buffer.from(text))];
    const run = (): readonly string[] => {
      const random = createSeededRandom(5);
      return Array.from({ length: 2_000 }, () => {
        const text = spoilText(random, ['x 1', 'y 2'], ['{', '}']);
        return `${Buffer.from(spoilBytes(random, corpus)).toString('hex')} ${text}`;
      });
    };
    const inputs = run();
    for (const bytes of corpus) assert.equal(Buffer.from(bytes).toString(), text);
    assert.deepEqual(run(), inputs);
    assert.ok(new Set(inputs).size > 1_000);
  });
});
