/**
 * Reading from another thread, against a model of what was visible when the query began.
 *
 * The writer appends, closes, spills, seals, deletes and forgets all the while. An answer must be
 * exactly what was visible: nothing torn, nothing lost, nothing that came later. Only what
 * retention deleted meanwhile may be missing, from the front.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type ManualClock,
  type Random,
} from '../platform/index.ts';
import { formatSeries } from '../series/index.ts';
import type { Answer, Question } from './reader-thread-fixture.ts';
import type { AttachedReader } from './sharing.ts';
import {
  bitsOf,
  createBatch,
  formatRow,
  named,
  readAll,
  SMALL,
  START_MS,
} from './store-fixture.ts';
import { openTsdb, type Tsdb } from './tsdb.ts';

const RETENTION_MS = 9 * 3_600_000;
/** Some fifteen are enough. */
const ROUNDS_MAX = 200;
/** Appends in a row, should the thread never be done. */
const STORM_MAX = 10_000;
const ENTRY = new URL('./reader-thread-fixture.ts', import.meta.url);

interface Row {
  readonly timeMs: number;
  readonly text: string;
}

/** A store on a real disk, a model of it, and a thread that reads it. */
class World {
  readonly clock: ManualClock = createManualClock(START_MS);
  readonly db: Tsdb;
  readonly model = new Map<string, Row[]>();
  readonly done = new Int32Array(new SharedArrayBuffer(4));
  readonly #random: Random;
  readonly #dir = mkdtempSync(join(tmpdir(), 'nines-threads-'));
  readonly #worker: Worker;
  readonly #attached: AttachedReader;
  #generation = 0;

  constructor(seed: number) {
    this.#random = createSeededRandom(seed);
    const { clock } = this;
    const limits = { ...SMALL, chunkFileBytes: 256 * 1024, checkpointWalBytes: 1024 * 1024 };
    const log = createSilentLog();
    this.db = openTsdb({ dir: this.#dir, clock, log, limits, retentionMs: RETENTION_MS });
    const { port1, port2 } = new MessageChannel();
    this.#attached = this.db.attach(port1);
    port1.unref();
    const workerData = { seat: this.#attached.seat, port: port2 };
    this.#worker = new Worker(ENTRY, { workerData, transferList: [port2] });
  }

  get ready(): Promise<void> {
    return this.#attached.ready;
  }

  below(count: number): number {
    return Math.floor(this.#random.float() * count);
  }

  /** One scrape: every series of a target at one time, all or nothing. */
  scrape(target: number, seriesCount: number): void {
    const timeMs = this.clock.now() - this.below(50);
    const entries: [number, number, number][] = [];
    for (let i = 0; i < seriesCount; i++) {
      const labels = named(`m${i}_${this.#generation}`, `target-${target}`);
      const value = this.below(3) === 0 ? this.#random.float() : this.below(100);
      entries.push([this.db.resolve(labels), timeMs, value]);
      const key = formatSeries(labels);
      const rows = this.model.get(key) ?? [];
      this.model.set(key, rows);
      if (timeMs <= (rows.at(-1)?.timeMs ?? -Infinity)) continue;
      rows.push({ timeMs, text: formatRow(timeMs, ...bitsOf(value)) });
    }
    this.db.append(createBatch(entries));
  }

  /** A release: all series get other names, and the old ones end. */
  release(): void {
    this.#generation++;
  }

  /** Asks the thread; the answer comes while the writer goes on. */
  ask(fromMs: number, readCount = 1): Promise<Answer> {
    const view = this.#attached.beginQuery();
    Atomics.store(this.done, 0, 0);
    const question: Question = { view, fromMs, readCount, done: this.done };
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (answer: Answer) => {
        this.#worker.off('error', reject);
        this.#attached.endQuery();
        resolve(answer);
      });
      this.#worker.postMessage(question, [question.view.visibleMs.buffer]);
    });
  }

  /** Writes without rest until an answer is there. */
  async writeUntil(answered: Promise<Answer>): Promise<{ answer: Answer; turns: number }> {
    let answer: Answer | undefined;
    const taken = answered.then((one) => {
      answer = one;
      return one;
    });
    let turns = 0;
    for (; answer === undefined; turns++) {
      for (let target = 0; target < 4; target++) this.scrape(target, 30 + this.below(20));
      this.clock.advance(180_000 + this.below(300_000));
      if (this.below(30) === 0) this.release();
      if (this.below(3) === 0) await this.db.maintain(this.clock.now());
      await nextTurn();
    }
    return { answer: await taken, turns };
  }

  /** What a query from a time on has to answer now. */
  visible(fromMs: number): ReadonlyMap<string, readonly Row[]> {
    const kept = [...this.model].map(
      ([key, rows]) => [key, rows.filter(({ timeMs }) => timeMs >= fromMs)] as const,
    );
    return new Map(kept.filter(([, rows]) => rows.length > 0));
  }

  async close(): Promise<void> {
    this.#attached.detach();
    await this.#worker.terminate();
    await this.db.close();
    rmSync(this.#dir, { recursive: true });
  }
}

/** By metric, then by target. */
function compareKeys(a: string, b: string): number {
  const [metricA, targetA] = a.split('{');
  const [metricB, targetB] = b.split('{');
  if (metricA !== metricB) return metricA < metricB ? -1 : 1;
  return targetA < targetB ? -1 : 1;
}

/** Compares an answer with what was visible; what ended before `deletedMs` may be missing. */
function assertVisible(
  answer: Answer,
  expected: ReadonlyMap<string, readonly Row[]>,
  deletedMs: number,
): void {
  const found = [...answer.rows.keys()];
  assert.deepEqual(found, found.toSorted(compareKeys), 'series come in order of labels');
  for (const key of found) {
    assert.ok(expected.has(key), `${key} was not there when the query began`);
  }
  for (const [key, rows] of expected) {
    const texts = rows.map(({ text }) => text);
    const own = answer.rows.get(key) ?? [];
    const missing = texts.length - own.length;
    assert.deepEqual(own, texts.slice(missing), key);
    const isDeleted = missing === 0 || rows[missing - 1].timeMs < deletedMs;
    assert.ok(isDeleted, `${key} lacks ${missing} of ${texts.length} samples`);
  }
  assert.equal(answer.faultCount, 0);
  assert.equal(answer.oddReads, 0);
}

describe('a reader in another thread', () => {
  const seed = Number(process.env['NINES_FUZZ_SEED'] ?? 20260821);
  const worlds: World[] = [];
  after(async () => {
    for (const world of worlds) await world.close();
  });

  it(`sees what was visible when its query began (seed ${seed})`, async () => {
    const world = new World(seed);
    worlds.push(world);
    const { db, clock } = world;
    await world.ready;
    let round = 0;
    const isDone = (): boolean => {
      const { chunksSpilled, chunkFilesDeleted, seriesRemoved } = db.stats();
      return round >= 12 && chunksSpilled > 100 && chunkFilesDeleted > 0 && seriesRemoved > 0;
    };
    for (; round < ROUNDS_MAX && !isDone(); round++) {
      const fromMs = round % 3 === 0 ? -Infinity : clock.now() - world.below(3_600_000);
      const expected = world.visible(fromMs);
      const { answer, turns } = await world.writeUntil(world.ask(fromMs));
      assert.ok(turns > 0);
      assertVisible(answer, expected, clock.now() - RETENTION_MS);
    }
    assert.ok(isDone(), `after ${round} rounds: ${JSON.stringify(db.stats())}`);
  });

  it('reads nothing torn while the writer does not pause', async () => {
    const world = new World(seed);
    worlds.push(world);
    const { db, clock, done } = world;
    await world.ready;
    const targets = Array.from({ length: 4 }, (_, target) =>
      db.resolve(named('storm', `${target}`)),
    );
    let scrapes = 0;
    const storm = (): void => {
      clock.advance(15_000);
      const timeMs = clock.now();
      db.append(createBatch(targets.map((ref) => [ref, timeMs, Math.sqrt(scrapes++)])));
    };
    for (let i = 0; i < 200; i++) storm();
    for (let round = 0; round < 4; round++) {
      const fromMs = clock.now() - 3_600_000;
      const expected = readAll(db, fromMs);
      const answered = world.ask(fromMs, 50);
      // Blocks are freed before, so that the storm uses them again at once.
      if (round % 2 === 0) await db.maintain(clock.now());
      for (let i = 0; i < STORM_MAX && Atomics.load(done, 0) === 0; i++) storm();
      const answer = await answered;
      assert.deepEqual(answer.rows, expected);
      assert.equal(answer.oddReads, 0);
    }
    assert.ok(scrapes > 4 * 1000, `only ${scrapes} samples came meanwhile`);
  });
});
