import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import {
  createLabels,
  createMatcher,
  formatMatcher,
  formatSeries,
  isMatch,
  type Labels,
  type Matcher,
  type MatchOperator,
} from '../series/index.ts';
import { IdTable } from './id-table.ts';
import { Changes } from './changes.ts';
import { matchSeries } from './matching.ts';
import { SeriesOrder } from './series-order.ts';
import { SeriesTable } from './series-table.ts';
import { WordLists } from './word-lists.ts';

function createTable(sets: readonly Labels[]): SeriesTable {
  const table = new SeriesTable(100_000, () => {});
  for (const labels of sets) table.add(labels);
  return table;
}

/** Series that match, by asking each one; in order of number. */
function bruteForce(table: SeriesTable, matchers: readonly Matcher[]): string[] {
  const found: string[] = [];
  for (const id of table.allIds()) {
    const labels = table.labelsOf(table.ids.find(id));
    if (isMatch(matchers, labels)) found.push(formatSeries(labels));
  }
  return found;
}

function matched(table: SeriesTable, matchers: readonly Matcher[]): string[] {
  const ids = matchSeries(table, matchers);
  return Array.from(ids, (id) => formatSeries(table.labelsOf(table.ids.find(id))));
}

describe('matchers', () => {
  const records: readonly Readonly<Record<string, string>>[] = [
    { __name__: 'up', job: 'a', env: 'prod' },
    { __name__: 'up', job: 'b', env: 'dev' },
    { __name__: 'up', job: 'ab' },
    { __name__: 'down', job: 'a' },
    { __name__: 'down' },
    {},
    { job: 'a.b', env: 'prod' },
  ];
  const table = createTable(records.map(createLabels));

  test('choose the same series as asking each one', () => {
    const check = (...parts: readonly [string, MatchOperator, string][]): void => {
      const matchers = parts.map((part) => createMatcher(...part));
      const what = matchers.map(formatMatcher).join();
      assert.deepEqual(matched(table, matchers), bruteForce(table, matchers), what);
    };
    check();
    check(['job', '=', 'a']);
    check(['job', '=', '']);
    check(['job', '!=', '']);
    check(['job', '!=', 'a']);
    check(['absent', '=', '']);
    check(['absent', '!=', '']);
    check(['absent', '=', 'x']);
    check(['absent', '!=', 'x']);
    check(['job', '=~', 'a|b']);
    check(['job', '=~', 'a|']);
    check(['job', '=~', '']);
    check(['job', '!~', '']);
    check(['job', '=~', '.*']);
    check(['job', '=~', '.+']);
    check(['job', '!~', '.+']);
    check(['job', '!~', 'a|b']);
    check(['job', '!~', 'a.*']);
    check(['job', '=~', 'a.*']);
    check(['job', '=~', 'a\\.b']);
    check(['job', '=~', '(?i)A']);
    check(['job', '=~', 'a'], ['job', '!=', 'a']);
    check(['__name__', '=', 'up'], ['job', '=~', 'a.*'], ['env', '=', '']);
    check(['__name__', '=', 'up'], ['env', '!=', 'prod']);
    check(['__name__', '!=', 'up'], ['env', '!~', 'dev|prod']);
    check(['env', '=~', 'prod|dev'], ['job', '=~', 'a.*|b']);
  });

  test('choose the same series as asking each one, for random sets and matchers', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = createSeededRandom(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random.float() * from.length)];
      const names = ['a', 'b', 'c', 'd'];
      const values = ['', '1', '2', '10', '11', 'x1', 'xy'];
      const unique = new Map<string, Labels>();
      for (let i = 0; i < 200; i++) {
        const labels = createLabels(Object.fromEntries(names.map((name) => [name, pick(values)])));
        unique.set(formatSeries(labels), labels);
      }
      const some = createTable([...unique.values()]);
      const gone = [...some.allIds()].filter(() => random.float() < 0.2);
      some.removeAll(gone.map((id) => some.ids.find(id)));
      const patterns = ['1|2', '1.*', '.*1', 'x.+', '', '.*', '1|', '[0-9]+', 'x1', '(1|x)1?'];
      for (let n = 0; n < 60; n++) {
        const matchers = Array.from({ length: 1 + Math.floor(random.float() * 3) }, () => {
          const operator = pick<MatchOperator>(['=', '!=', '=~', '!~']);
          const value = operator.endsWith('~') ? pick(patterns) : pick(values);
          return createMatcher(pick([...names, 'e']), operator, value);
        });
        const what = `seed ${seed}: ${matchers.map(formatMatcher).join()}`;
        assert.deepEqual(matched(some, matchers), bruteForce(some, matchers), what);
      }
    }
  });
});

describe('series table', () => {
  test('finds series by labels through growth and removal', () => {
    const random = createSeededRandom(5);
    const table = new SeriesTable(100_000, () => {});
    const known = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const labels = createLabels({ n: String(Math.floor(random.float() * 3000)), m: 'x' });
      const text = formatSeries(labels);
      const slot = table.find(labels);
      assert.equal(slot >= 0 ? table.idOf[slot] : undefined, known.get(text));
      if (slot < 0) {
        const added = table.add(labels);
        known.set(text, table.idOf[added]);
      }
      if (i % 500 !== 499) continue;
      const gone = [...known].filter(() => random.float() < 0.3);
      for (const [name] of gone) known.delete(name);
      table.removeAll(gone.map(([, id]) => table.ids.find(id)));
    }
    assert.equal(table.seriesCount, known.size);
    assert.deepEqual(
      [...table.allIds()],
      [...known.values()].sort((a, b) => a - b),
    );
  });

  test('the later of two series with the same labels is found, the other listed', () => {
    const check = (first: number, second: number): void => {
      const table = new SeriesTable(10, () => {});
      const pairs = [table.pairs.intern('a', '1')];
      table.insert(first, pairs);
      table.insert(second, pairs);
      const slot = table.find(createLabels({ a: '1' }));
      assert.equal(table.idOf[slot], Math.max(first, second));
      const listed = table.superseded().map((twin) => table.idOf[twin]);
      assert.deepEqual(listed, [Math.min(first, second)]);
      table.removeAll(table.superseded());
      assert.deepEqual([...table.allIds()], [Math.max(first, second)]);
      assert.deepEqual(table.superseded(), []);
    };
    check(3, 7);
    check(7, 3);
  });

  test('pairs that no series uses are forgotten', () => {
    const table = createTable([createLabels({ a: '1', b: '2' }), createLabels({ a: '1' })]);
    assert.equal(table.pairs.pairCount, 2);
    table.removeAll([table.find(createLabels({ a: '1', b: '2' }))]);
    assert.equal(table.pairs.pairCount, 1);
    assert.equal(table.pairs.find('b', '2'), 0);
    table.removeAll([table.find(createLabels({ a: '1' }))]);
    assert.equal(table.pairs.pairCount, 0);
  });

  test('the order is that of labels, however series were added', () => {
    const random = createSeededRandom(9);
    const table = new SeriesTable(10_000, () => {});
    const order = new SeriesOrder(table, new Changes());
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 50; i++) {
        const labels = createLabels({ a: String(Math.floor(random.float() * 1e6)), b: `${i % 3}` });
        if (table.find(labels) < 0) order.add(table.add(labels));
      }
      if (round % 3 === 1) order.settle(20);
      if (round % 4 === 3) {
        const gone = [...table.allIds()].filter(() => random.float() < 0.4);
        table.removeAll(gone.map((id) => table.ids.find(id)));
        order.prune();
      }
      const slots = table.allIds().map((id) => table.ids.find(id));
      order.sort(slots);
      for (let i = 1; i < slots.length; i++) {
        assert.ok(table.compare(slots[i - 1], slots[i]) < 0, `round ${round}, place ${i}`);
      }
    }
  });
});

describe('collections', () => {
  test('word lists behave like arrays', () => {
    const random = createSeededRandom(3);
    const below = (count: number): number => Math.floor(random.float() * count);
    const lists = new WordLists();
    const model = Array.from({ length: 30 }, (): number[] => []);
    for (let i = 0; i < 20_000; i++) {
      const list = below(30);
      const dice = below(100);
      if (dice < 90) {
        lists.push(list, i);
        model[list].push(i);
      } else if (dice < 97) {
        lists.retain(list, (value) => value % 3 !== 0);
        model[list] = model[list].filter((value) => value % 3 !== 0);
      } else if (dice < 99) {
        lists.clear(list);
        model[list] = [];
      } else {
        lists.clear(list);
        model[list] = Array.from({ length: below(40) }, (_, n) => n);
        lists.set(list, model[list]);
      }
      if (i % 100 === 0) {
        model.forEach((values, n) => assert.deepEqual([...lists.view(n)], values, `step ${i}`));
      }
    }
    assert.ok(lists.memoryBytes < 1_000_000);
  });

  test('an id table behaves like a map', () => {
    const random = createSeededRandom(4);
    const table = new IdTable();
    table.idOf = new Uint32Array(3_000);
    const model = new Map<number, number>();
    for (let slot = 0; slot < 3_000; slot++) {
      // Few distinct low bits, so that numbers get in each other's way.
      const id = 1 + Math.floor(random.float() * 40) * 2 ** Math.floor(random.float() * 26);
      const known = model.get(id);
      assert.equal(table.find(id), known ?? -1);
      if (known !== undefined && random.float() < 0.7) {
        table.idOf[known] = 0;
        table.rebuild(slot);
        model.delete(id);
      } else if (known === undefined) {
        table.idOf[slot] = id;
        table.add(id, slot);
        model.set(id, slot);
      }
    }
    for (const [id, slot] of model) assert.equal(table.find(id), slot);
    assert.equal(table.find(0), -1);
  });

  test('an id table is as quick with old and new numbers together as with either', () => {
    const table = new IdTable();
    table.idOf = new Uint32Array(120_001);
    let slot = 0;
    const add = (id: number): void => {
      table.idOf[slot] = id;
      table.add(id, slot++);
    };
    // Rows that would lie on each other if a number were its own place.
    for (let i = 1; i <= 40_000; i++) {
      add(i);
      add(i + 2 ** 20);
      add(i + 2 ** 24);
    }
    const count = (ids: (i: number) => number): number => {
      let found = 0;
      for (let i = 1; i <= 40_000; i++) if (table.find(ids(i)) >= 0) found++;
      return found;
    };
    assert.equal(
      count((i) => i + 2 ** 24),
      40_000,
    );
    assert.equal(
      count((i) => i + 2 ** 21),
      0,
    );
  });
});
