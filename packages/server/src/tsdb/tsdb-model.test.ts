/**
 * The store against a simple model, under kills, power cuts, restarts, checkpoints and retention.
 *
 * The model is a list of samples by series. After a kill the store must have exactly what was
 * visible; after a power cut at least what was flushed, and of each series a beginning of it.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { RandomHistograms } from './histogram-fixture.ts';
import type { MemoryDisk } from './memory-disk.ts';
import {
  createBatch,
  type Fixture,
  formatRow,
  formatValue,
  named,
  openFixture,
  readAll,
  SMALL,
  type Value,
} from './store-fixture.ts';

const RETENTION_MS = 9 * 3_600_000;

interface Row {
  readonly timeMs: number;
  readonly text: string;
}

/** Whether the newest sample of all is a staleness marker, at a time or before. */
function hasEnded(rows: readonly Row[], byMs: number): boolean {
  const newest = rows.at(-1);
  if (newest === undefined || newest.timeMs > byMs) return false;
  return newest.text.startsWith(formatRow(newest.timeMs, STALE_LOW, STALE_HIGH));
}

class World {
  fixture: Fixture;
  readonly #random: Random;
  readonly #seed: number;
  model = new Map<string, Row[]>();
  /** Time of the newest sample of each series that a flush has covered. */
  flushedUntilMs = new Map<string, number>();
  #step = 0;
  #startMs = 0;
  readonly #histograms = new Map<string, RandomHistograms>();
  seriesRemoved = 0;
  filesDeleted = 0;
  endedLeftOut = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = createSeededRandom(seed);
    this.fixture = openFixture({ limits: SMALL, retentionMs: RETENTION_MS });
  }

  below(count: number): number {
    return Math.floor(this.#random.float() * count);
  }

  /** Every third series mostly holds histograms. */
  #value(name: string): Value {
    const isFloat = name.charCodeAt(1) % 3 !== 0 || this.below(10) === 0;
    const kind = this.below(10);
    if (kind === 0) return [STALE_LOW, STALE_HIGH];
    if (!isFloat) return this.#histogramsOf(name).next();
    if (kind === 1) return [this.below(2 ** 32), 0x7ff80000 + this.below(1000)];
    if (kind === 2) return this.#random.float() * 1e9;
    return kind < 6 ? 1 : this.below(1000);
  }

  #histogramsOf(name: string): RandomHistograms {
    const known = this.#histograms.get(name) ?? new RandomHistograms(this.#random);
    this.#histograms.set(name, known);
    return known;
  }

  /** Every other series knows when its counter began, which changes now and then. */
  #startTime(name: string): number | undefined {
    if (name.charCodeAt(1) % 2 === 0) return undefined;
    if (this.below(30) === 0) this.#startMs = this.below(4) * this.fixture.clock.now();
    return this.#startMs;
  }

  append(): void {
    const { db, clock } = this.fixture;
    const entries: [number, number, Value, number | undefined][] = [];
    const rows: [string, Row][] = [];
    const count = 1 + this.below(12);
    for (let i = 0; i < count; i++) {
      // Series come and go, so that retention has some to forget.
      const name = `m${this.below(8)}_${Math.floor(this.#step / 250)}`;
      const timeMs = clock.now() - this.below(4) * 1000;
      const value = this.#value(name);
      const startTimeMs = this.#startTime(name);
      entries.push([db.resolve(named(name)), timeMs, value, startTimeMs]);
      rows.push([name, { timeMs, text: formatValue(timeMs, value, startTimeMs) }]);
    }
    db.append(createBatch(entries));
    for (const [name, row] of rows) {
      const known = this.model.get(name) ?? [];
      this.model.set(name, known);
      if (row.timeMs > (known.at(-1)?.timeMs ?? -Infinity)) known.push(row);
    }
  }

  /** What the store must have: all that is not too old by now. */
  check(db = this.fixture.db, model = this.model): void {
    const cutMs = this.fixture.clock.now() - RETENTION_MS;
    const liveFromMs = this.fixture.clock.now() - this.below(RETENTION_MS / 2);
    const got = readAll(db, cutMs);
    const live = readAll(db, cutMs, Infinity, liveFromMs);
    for (const [name, rows] of model) {
      const want = rows.filter(({ timeMs }) => timeMs >= cutMs).map(({ text }) => text);
      assert.deepEqual(got.get(name) ?? [], want, `${this.#where()}: ${name}`);
      if (!hasEnded(rows, liveFromMs) || live.has(name)) {
        assert.deepEqual(live.get(name) ?? [], want, `${this.#where()}: ${name} without ended`);
      } else {
        this.endedLeftOut++;
      }
    }
    // Also what is older must be true, where it is still there.
    for (const [name, rows] of readAll(db)) {
      const known = new Set(model.get(name)?.map(({ text }) => text));
      assert.ok(
        rows.every((row) => known.has(row)),
        `${this.#where()}: ${name} has samples of its own`,
      );
      assert.equal(new Set(rows).size, rows.length, `${this.#where()}: ${name} has doubles`);
    }
  }

  #where(): string {
    return `seed ${this.#seed}, step ${this.#step}`;
  }

  reopen(disk: MemoryDisk): void {
    const { clock } = this.fixture;
    this.fixture = openFixture({ disk, clock, limits: SMALL, retentionMs: RETENTION_MS });
  }

  kill(): void {
    this.reopen(this.fixture.disk.copy());
    this.check();
  }

  /** The model forgets what was not flushed, but only from the end. */
  cutPower(): void {
    this.reopen(this.fixture.disk.copyDurable());
    const got = readAll(this.fixture.db);
    for (const [name, rows] of this.model) {
      const lastText = got.get(name)?.at(-1);
      const kept = rows.findIndex(({ text }) => text === lastText) + 1;
      const flushedMs = this.flushedUntilMs.get(name) ?? -Infinity;
      const cutMs = this.fixture.clock.now() - RETENTION_MS;
      const lost = rows.slice(kept).filter(({ timeMs }) => timeMs >= cutMs);
      assert.ok(
        lost.every(({ timeMs }) => timeMs > flushedMs),
        `${this.#where()}: ${name} lost samples that were flushed`,
      );
      this.model.set(name, rows.slice(0, kept));
    }
    this.check();
    this.noteFlushed();
  }

  noteFlushed(): void {
    for (const [name, rows] of this.model) {
      this.flushedUntilMs.set(name, rows.at(-1)?.timeMs ?? -Infinity);
    }
  }

  /** Kills at a random write of a piece of work; before and after count as visible. */
  async killWithin(work: () => unknown): Promise<void> {
    const { disk } = this.fixture;
    const before = new Map([...this.model].map(([name, rows]) => [name, [...rows]]));
    let copy: MemoryDisk | undefined;
    let writesLeft = this.below(6);
    disk.beforeWrite = () => {
      if (writesLeft-- === 0) copy = disk.copy();
    };
    await work();
    disk.beforeWrite = () => {};
    if (copy === undefined) return;
    this.model = before;
    this.reopen(copy);
    this.check();
  }

  async #maintain(): Promise<void> {
    const { db, clock } = this.fixture;
    const before = db.stats();
    await db.maintain(clock.now());
    const after = db.stats();
    this.seriesRemoved += after.seriesRemoved - before.seriesRemoved;
    this.filesDeleted += after.chunkFilesDeleted - before.chunkFilesDeleted;
  }

  async step(): Promise<void> {
    this.#step++;
    const { db, clock } = this.fixture;
    const dice = this.below(1000);
    if (dice < 800) this.append();
    else if (dice < 900) await this.#maintain();
    else if (dice < 940) {
      await db.flush();
      this.noteFlushed();
    } else if (dice < 950) this.kill();
    else if (dice < 957) this.cutPower();
    else if (dice < 964) await this.killWithin(() => db.maintain(clock.now()));
    else if (dice < 971) await this.killWithin(() => this.append());
    else if (dice < 976) {
      await db.close();
      this.reopen(this.fixture.disk);
      this.check();
    } else if (dice < 990) this.check();
    const leapMs = this.below(100) === 0 ? this.below(4 * 3_600_000) : 0;
    clock.advance(5_000 + this.below(20_000) + leapMs);
  }
}

describe('model', () => {
  for (let seed = 1; seed <= 6; seed++) {
    test(`nothing is lost, doubled or made up (seed ${seed})`, async () => {
      const world = new World(seed);
      for (let i = 0; i < 1500; i++) await world.step();
      world.kill();
      const { db } = world.fixture;
      assert.ok(world.seriesRemoved > 0 && world.filesDeleted > 0 && world.endedLeftOut > 0);
      assert.equal(db.stats().corruptChunks, 0);
      assert.equal(db.stats().replay.unknownSamples, 0);
    });
  }
});
