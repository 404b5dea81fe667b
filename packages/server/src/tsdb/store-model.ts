/**
 * The store against a simple model, under kills, power cuts, restarts, checkpoints and retention.
 *
 * The model is a list of samples by series. After a kill the store must have exactly what was
 * visible; after a power cut at least what was flushed, and of each series a beginning of it.
 */
import assert from 'node:assert/strict';
import { createSeededRandom, type ManualClock, type Random } from '../platform/index.ts';
import { STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { RandomHistograms } from './histogram-fixture.ts';
import type { MemoryDisk } from './memory-disk.ts';
import {
  countBoth,
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
  /** Of the batch that it came in; a kill may split one, where it overtakes itself. */
  readonly seq: number;
  readonly timeMs: number;
  readonly text: string;
}

/** Whether the newest sample of all is a staleness marker, at a time or before. */
function hasEnded(rows: readonly Row[], byMs: number): boolean {
  const newest = rows.at(-1);
  if (newest === undefined || newest.timeMs > byMs) return false;
  return newest.text.startsWith(formatRow(newest.timeMs, STALE_LOW, STALE_HIGH));
}

/** After a hole in the log it is not known any more when a counter began. */
function asKept(row: Row, there: ReadonlySet<string>): Row {
  const text = row.text.replace(/ since .*$/, '');
  return !there.has(row.text) && there.has(text) ? { ...row, text } : row;
}

/** A store, its clock and its disk, and what must be in it. */
export class StoreModel {
  fixture: Fixture;
  readonly #random: Random;
  readonly #seed: number;
  model = new Map<string, Row[]>();
  /** Up to this one, samples have been covered by a flush. */
  #flushedSeq = 0;
  #seq = 0;
  #step = 0;
  readonly #lateWindowMs: number;
  #startMs = 0;
  #opened = 0;
  readonly #histograms = new Map<string, RandomHistograms>();
  seriesRemoved = 0;
  filesDeleted = 0;
  endedLeftOut = 0;
  lateSamples = 0;
  /** Power cuts that left nothing but what was durable, and those that left torn files. */
  powerCuts = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = createSeededRandom(seed);
    this.#lateWindowMs = seed % 2 === 0 ? 0 : 20 * 60_000;
    this.fixture = this.#open({});
  }

  #open(again: { readonly disk?: MemoryDisk; readonly clock?: ManualClock }): Fixture {
    const lateWindowMs = this.#lateWindowMs;
    const retentionMs = RETENTION_MS;
    const denseAfterMs = this.#seed % 3 === 0 ? Infinity : 3 * 3_600_000;
    // Every other time as a server does that loads its modules meanwhile.
    const isReadAside = this.#opened++ % 2 === 1;
    const kept = { retentionMs, lateWindowMs, denseAfterMs };
    return openFixture({ limits: SMALL, ...kept, isReadAside, ...again });
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
    this.#seq++;
    for (let i = 0; i < count; i++) {
      // Series come and go, so that retention has some to forget.
      const name = `m${this.below(8)}_${Math.floor(this.#step / 250)}`;
      const timeMs = clock.now() - this.#age();
      const value = this.#value(name);
      const startTimeMs = this.#startTime(name);
      entries.push([db.resolve(named(name)), timeMs, value, startTimeMs]);
      const text = formatValue(timeMs, value, startTimeMs);
      rows.push([name, { timeMs, text, seq: this.#seq }]);
    }
    db.append(createBatch(entries));
    for (const [name, row] of rows) this.#note(name, row);
  }

  /** Most samples are new; where late ones are taken, some come late, and some too late. */
  #age(): number {
    const isLate = this.#lateWindowMs > 0 && this.below(4) === 0;
    return isLate ? this.below(25 * 60) * 1000 : this.below(4) * 1000;
  }

  #note(name: string, row: Row): void {
    const rows = this.model.get(name) ?? [];
    this.model.set(name, rows);
    if (row.timeMs > (rows.at(-1)?.timeMs ?? -Infinity)) {
      rows.push(row);
      return;
    }
    const isTooOld = row.timeMs < this.fixture.clock.now() - this.#lateWindowMs;
    if (this.#lateWindowMs === 0 || isTooOld) return;
    const at = rows.findIndex(({ timeMs }) => timeMs >= row.timeMs);
    if (rows[at].timeMs === row.timeMs) return;
    rows.splice(at, 0, row);
    this.lateSamples++;
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
      }
    }
    const toMs = this.fixture.clock.now() - this.below(2) * this.below(3_600_000);
    const counts = countBoth(db, this.fixture.clock.now() - this.below(4 * 3_600_000), toMs);
    assert.deepEqual(counts.told, counts.read, `${this.#where()}: counts up to ${toMs}`);
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
    this.fixture = this.#open({ disk, clock: this.fixture.clock });
  }

  kill(): void {
    this.reopen(this.fixture.disk.copy());
    this.check();
  }

  /** Cuts the power; what was not yet durable is gone, or, torn, there in part. */
  cutPower(isTorn = this.below(2) === 0): void {
    const { disk } = this.fixture;
    this.powerCuts++;
    this.reopen(isTorn ? disk.copyTorn(this.#random) : disk.copyDurable());
    this.#loseAfter(this.#flushedSeq, isTorn);
    this.noteFlushed();
  }

  /**
   * The model forgets what the store has lost: of each series nothing up to a sample, and of what
   * came later an end, in the order in which it came, or anything where files are torn.
   */
  #loseAfter(seq: number, isTorn = false): void {
    const cutMs = this.fixture.clock.now() - RETENTION_MS;
    const got = readAll(this.fixture.db);
    for (const [name, known] of this.model) {
      const there = new Set(got.get(name));
      const rows = known.map((row) => (isTorn && row.seq > seq ? asKept(row, there) : row));
      const isKept = (row: Row): boolean => there.has(row.text) || row.timeMs < cutMs;
      const lost = rows.filter((row) => !isKept(row));
      const firstLost = Math.min(Infinity, ...lost.map((row) => row.seq));
      assert.ok(firstLost > seq, `${this.#where()}: ${name} lost what it must have`);
      const kept = rows.filter(isKept);
      // A sector of zeros hides the rest of its segment, not the segments after it.
      assert.ok(
        isTorn || kept.every((row) => row.seq <= firstLost || row.timeMs < cutMs),
        `${this.#where()}: ${name} lost something in the middle`,
      );
      this.model.set(name, kept);
    }
    this.check();
  }

  noteFlushed(): void {
    this.#flushedSeq = this.#seq;
  }

  /** Kills at a random write of a piece of work; whatever was there before must be kept. */
  async killWithin(work: () => unknown): Promise<void> {
    const { disk } = this.fixture;
    const seq = this.#seq;
    let copy: MemoryDisk | undefined;
    let writesLeft = this.below(6);
    disk.beforeWrite = () => {
      if (writesLeft-- === 0) copy = disk.copy();
    };
    await work();
    disk.beforeWrite = () => {};
    if (copy === undefined) return;
    this.reopen(copy);
    this.#loseAfter(seq);
  }

  /** Cuts the power at a random write of a piece of work. */
  async #cutWithin(work: () => unknown): Promise<void> {
    const { disk } = this.fixture;
    let torn: MemoryDisk | undefined;
    let writesLeft = this.below(8);
    disk.beforeWrite = () => {
      if (writesLeft-- === 0) torn = disk.copyTorn(this.#random);
    };
    await work();
    disk.beforeWrite = () => {};
    if (torn === undefined) return;
    this.powerCuts++;
    this.reopen(torn);
    this.#loseAfter(this.#flushedSeq, true);
    this.noteFlushed();
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
    else if (dice < 967) await this.#cutWithin(() => db.maintain(clock.now()));
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
