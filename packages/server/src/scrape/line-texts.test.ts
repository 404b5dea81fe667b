import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { LineTexts, NO_TEXT } from './line-texts.ts';

const PAGE_BYTES = 65_536;

function take(texts: LineTexts, content: string): number {
  const bytes = Buffer.from(content);
  return texts.take(bytes, 0, bytes.length, texts.hash(bytes, 0, bytes.length));
}

function find(texts: LineTexts, content: string): number {
  const bytes = Buffer.from(content);
  return texts.find(bytes, 0, bytes.length, texts.hash(bytes, 0, bytes.length));
}

describe('texts of lines', () => {
  it('are kept once, until the last line lets go', () => {
    const texts = new LineTexts(1);
    const a = take(texts, 'a{}');
    assert.equal(take(texts, 'a{}'), a);
    assert.notEqual(take(texts, 'a'), a);
    texts.release(a);
    assert.equal(find(texts, 'a{}'), a);
    texts.release(a);
    assert.equal(find(texts, 'a{}'), NO_TEXT);
    assert.equal(texts.size, 1);
  });

  it('may be empty, as long as a page, and longer', () => {
    const texts = new LineTexts(1);
    const contents = [0, 1, 4, 16_377, PAGE_BYTES - 8, PAGE_BYTES, 300_000].map((length) =>
      'x'.repeat(length),
    );
    const numbers = contents.map((content) => take(texts, content));
    contents.forEach((content, i) => {
      assert.equal(find(texts, content), numbers[i]);
      assert.equal(texts.lengthOf(numbers[i]), content.length);
      assert.equal(texts.text(numbers[i]).toString(), content);
    });
  });

  it('are told apart by all of their bytes where their hashes are the same', () => {
    const texts = new LineTexts(1);
    const [a, b, c] = ['aa', 'ab', 'b'].map((content) => Buffer.from(content));
    const first = texts.take(a, 0, 2, 77);
    const second = texts.take(b, 0, 2, 77);
    assert.notEqual(first, second);
    assert.deepEqual([texts.find(b, 0, 2, 77), texts.find(c, 0, 1, 77)], [second, NO_TEXT]);
    assert.ok(texts.matches(second, 1, c, 0, 1));
    assert.ok(!texts.matches(first, 1, c, 0, 1));
  });

  it('move out of pages that are mostly free, and views of them stay good', () => {
    const texts = new LineTexts(1);
    const contentOf = (i: number): string => `line ${i} `.padEnd(100 + (i % 900), 'y');
    const numbers = Array.from({ length: 5000 }, (_, i) => take(texts, contentOf(i)));
    const before = texts.sizeBytes;
    const view = texts.text(numbers[0]);
    numbers.forEach((number, i) => {
      if (i % 10 !== 0) texts.release(number);
    });
    assert.ok(texts.sizeBytes < before / 3, `${texts.sizeBytes} of ${before}`);
    assert.equal(view.toString(), contentOf(0));
    numbers.forEach((number, i) => {
      if (i % 10 === 0) assert.equal(texts.text(number).toString(), contentOf(i));
    });
  });

  it('agree with a map over many steps', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    const texts = new LineTexts(seed);
    const model = new Map<string, { number: number; users: number }>();
    for (let step = 0; step < 30_000; step++) {
      const length = random.float() < 0.001 ? 20_000 : 20 + Math.floor(random.float() * 60);
      const content = `${Math.floor(random.float() * 4000)}`.padEnd(length, 'z');
      const known = model.get(content);
      assert.equal(find(texts, content), known?.number ?? NO_TEXT, `seed ${seed}, step ${step}`);
      if (known === undefined || random.float() < 0.3) {
        const number = take(texts, content);
        model.set(content, { number, users: (known?.users ?? 0) + 1 });
      } else {
        texts.release(known.number);
        known.users--;
        if (known.users === 0) model.delete(content);
      }
    }
    assert.equal(texts.size, model.size);
    for (const [content, { number }] of model) {
      assert.equal(find(texts, content), number);
      assert.equal(texts.text(number).toString(), content);
    }
  });
});
