import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { LINE_SAMPLE, LineTable } from './line-table.ts';
import { LineTexts } from './line-texts.ts';

function add(table: LineTable, text: string): number {
  const bytes = Buffer.from(text);
  const hash = table.hash(bytes, 0, bytes.length);
  const line = table.add(bytes, 0, bytes.length, hash);
  table.kinds[line] = LINE_SAMPLE;
  return line;
}

function find(table: LineTable, text: string): number {
  const bytes = Buffer.from(`x${text}x`);
  const to = bytes.length - 1;
  return table.find(bytes, 1, to, table.hash(bytes, 1, to));
}

describe('a table of lines', () => {
  it('finds what was added, and only that', () => {
    const table = new LineTable(new LineTexts(1));
    const a = add(table, 'a');
    const ab = add(table, 'ab');
    assert.deepEqual([find(table, 'a'), find(table, 'ab'), find(table, 'b')], [a, ab, -1]);
    assert.equal(table.text(ab).toString(), 'ab');
    assert.equal(table.size, 2);
  });

  it('uses the number of a removed line again', () => {
    const table = new LineTable(new LineTexts(1));
    const a = add(table, 'a');
    table.refs[a] = 7;
    table.live[a] = 1;
    table.remove(a);
    const b = add(table, 'b');
    assert.deepEqual([b, find(table, 'a'), find(table, 'b')], [a, -1, b]);
    assert.deepEqual([table.refs[b], table.live[b]], [0, 0]);
  });

  it('agrees with maps over many additions and removals in tables that share texts', () => {
    const seed = 42;
    const random = createSeededRandom(seed);
    const texts = new LineTexts(seed);
    const sides = Array.from({ length: 3 }, () => ({
      table: new LineTable(texts),
      model: new Map<string, number>(),
    }));
    for (let step = 0; step < 20_000; step++) {
      const { table, model } = sides[Math.floor(random.float() * 3)];
      const text = `series_${Math.floor(random.float() * 1000)}{le="${step % 3}"} `;
      const known = model.get(text);
      assert.equal(find(table, text), known ?? -1, `seed ${seed}, step ${step}`);
      if (known === undefined) {
        model.set(text, add(table, text));
      } else if (random.float() < 0.6) {
        table.remove(known);
        model.delete(text);
      }
    }
    for (const { table, model } of sides) {
      assert.equal(table.size, model.size);
      for (const [text, line] of model) {
        assert.equal(find(table, text), line);
        assert.equal(table.text(line).toString(), text);
      }
    }
    assert.equal(texts.size, new Set(sides.flatMap(({ model }) => [...model.keys()])).size);
  });

  it('takes 13 bytes for a line that another table has, too', () => {
    const texts = new LineTexts(1);
    const first = new LineTable(texts);
    const second = new LineTable(texts);
    const lines = Array.from({ length: 3000 }, (_, i) => `line_${i}`);
    for (const line of lines) add(first, line);
    const { sizeBytes } = texts;
    second.expect(lines.length);
    for (const line of lines) add(second, line);
    assert.equal(texts.sizeBytes, sizeBytes);
    assert.equal(second.sizeBytes, 13 * lines.length);
    assert.deepEqual([find(first, 'line_7'), find(second, 'line_8')], [7, 8]);
  });

  it('gives texts back when it is cleared', () => {
    const texts = new LineTexts(1);
    const [kept, cleared] = [new LineTable(texts), new LineTable(texts)];
    add(kept, 'a');
    add(cleared, 'a');
    cleared.remove(add(cleared, 'b'));
    add(cleared, 'c');
    cleared.clear();
    assert.deepEqual([texts.size, cleared.size], [1, 0]);
    assert.deepEqual([find(kept, 'a'), find(cleared, 'a')], [0, -1]);
  });

  it('does not grow where as much is removed as is added', () => {
    const table = new LineTable(new LineTexts(1));
    const held = (): number => table.sizeBytes + table.texts.sizeBytes;
    let sizeBytes = 0;
    for (let round = 0; round < 200; round++) {
      const lines = Array.from({ length: 100 }, (_, i) => add(table, `line_${round}_${i} `));
      for (const line of lines) table.remove(line);
      if (round === 20) sizeBytes = held();
    }
    assert.equal(held(), sizeBytes);
  });
});
