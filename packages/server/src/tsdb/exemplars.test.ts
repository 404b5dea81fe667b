/** Exemplars: which are taken, how many are kept, and that they survive. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels, createMatcher, type Exemplar, formatLabels } from '../series/index.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { ExemplarRing } from './exemplar-ring.ts';
import { createBatch, type Fixture, named, openFixture, SMALL, START_MS } from './store-fixture.ts';
import { putExemplar, readExemplars } from './wal-records.ts';

function exemplar(timeMs: number, value: number, trace = 'a'): Exemplar {
  return { labels: createLabels({ trace_id: trace }), value, timeMs };
}

type Entry = readonly [name: string, exemplar: Exemplar];

/** Appends exemplars in one batch without samples; answers how many were kept and refused. */
function append({ db }: Fixture, ...entries: readonly Entry[]): readonly number[] {
  const outcome = db.append({
    ...createBatch([]),
    exemplars: entries.map(([name, entry]) => ({ ref: db.resolve(named(name)), exemplar: entry })),
  });
  assert.equal(outcome.appendedCount, 0);
  return [outcome.exemplarsAppendedCount, outcome.exemplarsRefusedCount];
}

/** What a store has, as text, by series. */
function readAll({ db }: Fixture, fromMs = -Infinity, toMs = Infinity): string[] {
  const selectors = [[createMatcher('__name__', '=~', '.+')]];
  return db.exemplars({ selectors, fromMs, toMs }).map(({ labels, exemplars }) => {
    const texts = exemplars.map((entry) => `${entry.timeMs - START_MS}=${entry.value}`);
    return `${formatLabels(labels)} ${texts.join(' ')}`;
  });
}

describe('exemplars', () => {
  test('are found by selector and time, in order of series', () => {
    const fixture = openFixture();
    append(fixture, ['b', exemplar(START_MS, 1)], ['a', exemplar(START_MS + 5, 2)]);
    append(fixture, ['b', exemplar(START_MS + 9, 3)]);
    assert.deepEqual(readAll(fixture), ['{__name__="a"} 5=2', '{__name__="b"} 0=1 9=3']);
    assert.deepEqual(readAll(fixture, START_MS + 5, START_MS + 8), ['{__name__="a"} 5=2']);
    const selectors = [[createMatcher('__name__', '=', 'b')], [createMatcher('x', '=', 'y')]];
    const found = fixture.db.exemplars({ selectors, fromMs: 0, toMs: Infinity });
    assert.deepEqual(
      found.map(({ exemplars }) => exemplars.length),
      [2],
    );
    assert.deepEqual(fixture.db.exemplars({ selectors: [], fromMs: 0, toMs: Infinity }), []);
  });

  test('are taken in order of time, value and labels, once', () => {
    const fixture = openFixture();
    const check = (entry: Exemplar, kept: number, refused: number): void =>
      assert.deepEqual(append(fixture, ['m', entry]), [kept, refused], JSON.stringify(entry));
    check(exemplar(START_MS + 5, 1), 1, 0);
    check(exemplar(START_MS + 5, 1), 0, 0);
    check(exemplar(START_MS + 4, 1), 0, 1);
    check(exemplar(START_MS + 5, 0.5), 0, 1);
    check(exemplar(START_MS + 5, 2), 1, 0);
    check(exemplar(START_MS + 5, 2, 'b'), 1, 0);
    check(exemplar(START_MS + 5, 2, 'a'), 0, 1);
    check(exemplar(START_MS + 6, 0), 1, 0);
    check(exemplar(START_MS + 7, 0, 'x'.repeat(120)), 1, 0);
    check(exemplar(START_MS + 8, 0, 'x'.repeat(121)), 0, 1);
    check(exemplar(START_MS + 8.5, 0), 0, 1);
    const twice = exemplar(START_MS + 9, 1);
    assert.deepEqual(append(fixture, ['m', twice], ['m', twice]), [1, 0]);
    const { exemplarCount, exemplarsAppended, exemplarsRefused } = fixture.db.stats();
    assert.deepEqual([exemplarCount, exemplarsAppended, exemplarsRefused], [6, 6, 5]);
  });

  test('of series that nobody knows are refused', () => {
    const { db } = openFixture();
    const entry = { ref: 77, exemplar: exemplar(START_MS, 1) };
    assert.equal(db.append({ ...createBatch([]), exemplars: [entry] }).exemplarsRefusedCount, 1);
  });

  test('survive a kill, checkpoints and a clean end', async () => {
    const fixture = openFixture({ limits: SMALL });
    const { clock } = fixture;
    const names = ['a', 'b', 'c'];
    for (let i = 0; i < 2500; i++) {
      append(fixture, [names[i % 3], exemplar(START_MS + i, i, `t${i}`)]);
      if (i % 900 === 500) await fixture.db.maintain(clock.now());
    }
    const want = readAll(fixture);
    assert.equal(fixture.db.stats().exemplarCount, 2500);
    const killed = openFixture({ disk: fixture.disk.copy(), clock, limits: SMALL });
    assert.deepEqual(readAll(killed), want);
    await fixture.db.close();
    const again = openFixture({ disk: fixture.disk, clock, limits: SMALL });
    assert.deepEqual(readAll(again), want);
    assert.equal(again.db.stats().replay.samples, 0);
  });

  test('of a batch that the log refuses are not kept', () => {
    const fixture = openFixture();
    fixture.disk.beforeWrite = () => {
      throw new Error('EIO: i/o error');
    };
    assert.throws(() => append(fixture, ['m', exemplar(START_MS, 1)]));
    fixture.disk.beforeWrite = () => {};
    assert.deepEqual(readAll(fixture), []);
    assert.deepEqual(append(fixture, ['m', exemplar(START_MS, 1)]), [1, 0]);
  });
});

describe('the ring', () => {
  test('keeps the newest, and forgets of each series what was pushed out', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = createSeededRandom(seed);
      const max = Math.floor(random.float() * 6);
      const ring = new ExemplarRing(max);
      let model: { readonly id: number; readonly timeMs: number }[] = [];
      for (let i = 0; i < 60; i++) {
        const id = 1 + Math.floor(random.float() * 4);
        const timeMs = Math.floor(random.float() * 30);
        const newest = model.findLast((entry) => entry.id === id);
        const want =
          newest === undefined || timeMs > newest.timeMs
            ? 'accepted'
            : timeMs < newest.timeMs
              ? 'outOfOrder'
              : 'known';
        assert.equal(ring.judge(id, exemplar(timeMs, 1)), want, `seed ${seed}`);
        if (want !== 'accepted') continue;
        ring.add(id, exemplar(timeMs, 1));
        model = max === 0 ? [] : [...model, { id, timeMs }].slice(-max);
        const got: unknown[] = [];
        ring.visit(0, Infinity, (found, entry) => got.push({ id: found, timeMs: entry.timeMs }));
        assert.deepEqual(got, model, `seed ${seed}`);
        assert.equal(ring.count, model.length);
      }
    }
  });
});

describe('a record of exemplars', () => {
  test('comes back as it was written, and is refused where it is cut', () => {
    const entries: readonly (readonly [number, Exemplar])[] = [
      [1, exemplar(START_MS, 0.5)],
      [4_000_000_000, { labels: createLabels({}), value: -Infinity, timeMs: -5 }],
      [7, { labels: createLabels({ span: 'ü', trace: '' }), value: 0, timeMs: 0 }],
    ];
    const writer = new ByteWriter(8);
    const ends = entries.map(([id, entry]) => {
      putExemplar(writer, id, entry);
      return writer.at;
    });
    const bytes = writer.written();
    for (let cut = 0; cut <= bytes.length; cut++) {
      const got: unknown[] = [];
      const isWhole = readExemplars(new ByteReader(bytes, 0, cut), (id, e) => got.push([id, e]));
      assert.equal(isWhole, cut === 0 || ends.includes(cut));
      assert.deepEqual(got, entries.slice(0, ends.filter((end) => end <= cut).length));
    }
  });
});
