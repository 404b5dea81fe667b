import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { LINE_SAMPLE, LineTable } from './line-table.ts';

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
    const table = new LineTable(1);
    const a = add(table, 'a');
    const ab = add(table, 'ab');
    assert.deepEqual([find(table, 'a'), find(table, 'ab'), find(table, 'b')], [a, ab, -1]);
    assert.equal(table.text(ab).toString(), 'ab');
    assert.equal(table.size, 2);
  });

  it('uses the number of a removed line again', () => {
    const table = new LineTable(1);
    const a = add(table, 'a');
    table.refs[a] = 7;
    table.live[a] = 1;
    table.remove(a);
    const b = add(table, 'b');
    assert.deepEqual([b, find(table, 'a'), find(table, 'b')], [a, -1, b]);
    assert.deepEqual([table.refs[b], table.live[b]], [0, 0]);
  });

  it('agrees with a map over many additions and removals', () => {
    const seed = 42;
    const random = createSeededRandom(seed);
    const table = new LineTable(seed);
    const model = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const text = `series_${Math.floor(random.float() * 3000)}{le="${step % 3}"} `;
      const known = model.get(text);
      assert.equal(find(table, text), known ?? -1, `seed ${seed}, step ${step}`);
      if (known === undefined) {
        model.set(text, add(table, text));
      } else if (random.float() < 0.6) {
        table.remove(known);
        model.delete(text);
      }
    }
    assert.equal(table.size, model.size);
    for (const [text, line] of model) {
      assert.equal(find(table, text), line);
      assert.equal(table.text(line).toString(), text);
    }
  });

  it('has room for what it was told to expect', () => {
    const table = new LineTable(1);
    const before = add(table, 'before');
    table.expect(3000, 40_000);
    const { sizeBytes } = table;
    const lines = Array.from({ length: 2999 }, (_, i) => add(table, `line_${i}`));
    assert.equal(find(table, 'before'), before);
    assert.deepEqual(
      lines.map((_, i) => find(table, `line_${i}`)),
      lines,
    );
    assert.equal(table.lineCount, 3000);
    // The hash table alone is left as it is where something is in it.
    assert.ok(table.sizeBytes - sizeBytes <= 4096 * 4, `${table.sizeBytes} from ${sizeBytes}`);
  });

  it('does not grow where as much is removed as is added', () => {
    const table = new LineTable(1);
    let sizeBytes = 0;
    for (let round = 0; round < 200; round++) {
      const lines = Array.from({ length: 100 }, (_, i) => add(table, `line_${round}_${i} `));
      for (const line of lines) table.remove(line);
      if (round === 20) sizeBytes = table.sizeBytes;
    }
    assert.equal(table.sizeBytes, sizeBytes);
  });
});
