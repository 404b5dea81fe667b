import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { TextPool } from './text-pool.ts';

describe('a pool of texts', () => {
  const pool = new TextPool();
  const decode = (bytes: Buffer): string | undefined => pool.decode(bytes, 0, bytes.length);

  it('answers the text of any bytes that are UTF-8', () => {
    const check = (text: string): void => assert.equal(decode(Buffer.from(text)), text);
    check('');
    check('job');
    check('näme');
    check('x'.repeat(1000));
    assert.equal(decode(Buffer.from('\xff', 'latin1')), undefined);
  });

  it('never takes one text for another', () => {
    const seed = 5;
    const random = createSeededRandom(seed);
    for (let i = 0; i < 30_000; i++) {
      const text = String(Math.floor(random.float() * 20_000));
      assert.equal(decode(Buffer.from(text)), text, `seed ${seed}`);
    }
  });
});
