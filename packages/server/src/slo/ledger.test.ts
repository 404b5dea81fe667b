import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { METRIC_NAME } from '../series/index.ts';
import { Ledger, type LedgerDraft } from './ledger.ts';
import { TICK_MS } from './limits.ts';
import type { Slo } from './model.ts';
import { TargetFacts } from './target-facts.ts';
import { createSlo, MemoryStore } from './testing.ts';

const START_MS = 1_800_000_000_000;
const TIMEOUT_MS = 10_000;
const HOUR_MS = 3_600_000;

/** A ledger and what the worker does with it, without its pauses. */
class Counting {
  readonly ledger: Ledger;
  readonly #store: MemoryStore;

  constructor(store: MemoryStore, slo: Slo = createSlo()) {
    this.#store = store;
    this.ledger = new Ledger(slo, store, new TargetFacts(store));
  }

  tick(nowMs: number): void {
    const watermarkMs = Math.floor((nowMs - TIMEOUT_MS) / TICK_MS) * TICK_MS;
    while (this.ledger.isBehind(watermarkMs)) {
      this.#write(this.ledger.catchUp(nowMs, watermarkMs));
    }
    this.#write(this.ledger.count(nowMs, watermarkMs));
  }

  /** Of the last 30 days. */
  all(nowMs: number) {
    return this.within(30 * 86_400_000, nowMs);
  }

  within(lengthMs: number, nowMs: number) {
    return this.ledger.countsWithin({ fromMs: nowMs - lengthMs, key: lengthMs }, nowMs);
  }

  #write(draft: LedgerDraft): void {
    this.#store.write(draft.samples);
    draft.commit();
  }
}

const TARGET = { job: 'shop', instance: 'a' };
const REQUESTS = { [METRIC_NAME]: 'requests_total', ...TARGET, code: '200' };
const ERRORS = { ...REQUESTS, code: '500' };
const UP = { [METRIC_NAME]: 'up', ...TARGET };

describe('a ledger', () => {
  it('counts nothing where nothing is scraped', () => {
    const counting = new Counting(new MemoryStore());
    counting.tick(START_MS);
    assert.deepEqual(counting.all(START_MS), { good: 0, total: 0 });
  });

  it('counts a process that started just before it from its first event on', () => {
    const store = new MemoryStore();
    const counting = new Counting(store);
    counting.tick(START_MS);
    store.put(UP, START_MS + 5_000, 1);
    store.put(
      { [METRIC_NAME]: 'process_start_time_seconds', ...TARGET },
      START_MS + 5_000,
      (START_MS - 30_000) / 1000,
    );
    store.put(REQUESTS, START_MS + 5_000, 12);
    counting.tick(START_MS + 5_000);
    assert.deepEqual(counting.all(START_MS + 5_000), { good: 12, total: 12 });
  });

  it('takes a sample that comes minutes late', () => {
    const store = new MemoryStore();
    const counting = new Counting(store);
    store.put(UP, START_MS, 1);
    store.put(REQUESTS, START_MS, 0);
    counting.tick(START_MS + 20_000);
    counting.tick(START_MS + 200_000);
    store.put(REQUESTS, START_MS + 30_000, 5);
    counting.tick(START_MS + 205_000);
    assert.deepEqual(counting.all(START_MS + 205_000), { good: 5, total: 5 });
  });

  it('takes what the store has of the past, from the first scrape on', () => {
    const store = new MemoryStore();
    for (let i = 0; i <= 1000; i++) {
      const atMs = START_MS - 10 * HOUR_MS + i * 30_000;
      store.put(UP, atMs, 1);
      store.put(REQUESTS, atMs, 500 + 3 * i);
      if (i >= 100) store.put(ERRORS, atMs, i - 99);
    }
    const counting = new Counting(store);
    counting.tick(START_MS);
    assert.deepEqual(counting.all(START_MS), { good: 3000, total: 3901 });
    assert.equal(counting.ledger.sinceMs(START_MS), START_MS - 10 * HOUR_MS);
  });

  it('answers windows exactly, those that begin in the past from disk', () => {
    const store = new MemoryStore();
    const counting = new Counting(store);
    let nowMs = START_MS;
    for (let i = 0; i < 2000; i++, nowMs += TICK_MS) {
      store.put(UP, nowMs, 1);
      store.put(REQUESTS, nowMs, 10 * i);
      counting.tick(nowMs);
    }
    nowMs -= TICK_MS;
    const within = (lengthMs: number) => counting.within(lengthMs, nowMs);
    assert.deepEqual(within(60_000), { good: 120, total: 120 });
    assert.deepEqual(within(HOUR_MS), { good: 7200, total: 7200 });
    assert.deepEqual(within(5_000), { good: 10, total: 10 });
    assert.deepEqual(counting.ledger.countsAt(START_MS + 100 * TICK_MS, nowMs)?.total, 1000);
  });

  it('begins anew where what is counted has changed, and goes on where only the target has', () => {
    const store = new MemoryStore();
    for (let i = 0; i < 100; i++) {
      store.put(UP, START_MS + i * 5_000, 1);
      store.put(REQUESTS, START_MS + i * 5_000, i);
    }
    const nowMs = START_MS + 500_000;
    new Counting(store).tick(nowMs);
    const other = new Counting(store, createSlo({ good: 'requests_total{code="201"}' }));
    other.tick(nowMs);
    assert.deepEqual(other.all(nowMs), { good: 0, total: 99 });
    assert.equal(createSlo({ target: '0.9' }).definition, createSlo().definition);
  });

  it('loses nothing that a full disk refuses', () => {
    const store = new MemoryStore();
    const counting = new Counting(store);
    store.put(UP, START_MS, 1);
    store.put(REQUESTS, START_MS, 0);
    counting.tick(START_MS + 20_000);
    store.put(REQUESTS, START_MS + 25_000, 7);
    store.isFull = true;
    assert.throws(() => counting.tick(START_MS + 40_000));
    store.isFull = false;
    assert.deepEqual(counting.all(START_MS + 40_000), { good: 7, total: 7 });
    counting.tick(START_MS + 45_000);
    counting.tick(START_MS + 50_000);
    const again = new Counting(store);
    again.tick(START_MS + 50_000);
    assert.deepEqual(again.all(START_MS + 50_000), { good: 7, total: 7 });
  });

  it('catches up in pieces that are bounded', () => {
    const store = new MemoryStore();
    const counting = new Counting(store);
    store.put(UP, START_MS, 1);
    counting.tick(START_MS + 20_000);
    const later = START_MS + 10 * 24 * HOUR_MS;
    let pieces = 0;
    const { ledger } = counting;
    for (; ledger.isBehind(later); pieces++) {
      const draft = ledger.catchUp(later, later);
      assert.ok(draft.samples.length <= 3 * 61, `${draft.samples.length} samples in a piece`);
      draft.commit();
    }
    assert.ok(pieces >= 240, `${pieces} pieces`);
  });

  it('has no figure for a window that retention took the beginning of, but for what is left', () => {
    const store = new MemoryStore(2 * HOUR_MS);
    const counting = new Counting(store);
    let nowMs = START_MS;
    for (let i = 0; i < 3 * 720; i++, nowMs += TICK_MS) {
      store.put(UP, nowMs, 1);
      store.put(REQUESTS, nowMs, i);
      counting.tick(nowMs);
    }
    nowMs -= TICK_MS;
    assert.equal(counting.all(nowMs)?.total, 1440);
    assert.equal(counting.ledger.sinceMs(nowMs), nowMs - 2 * HOUR_MS);
  });
});

/** A process of a target, with the counters that it has so far. */
interface Process {
  readonly startedMs: number;
  readonly counters: Map<string, number>;
  /** Of these, what a scrape has seen. */
  readonly seen: Map<string, number>;
}

/**
 * A small world, second by second: targets serve requests and restart, scrapes come late, Nines is
 * killed and started again. Beside it a log of every request that a scrape can have seen.
 */
class World {
  readonly #random: Random;
  readonly #store = new MemoryStore();
  readonly #instances = ['a', 'b', 'c'];
  readonly #processes = new Map<string, Process>();
  #counting: Counting | undefined;
  #downUntilMs = 0;
  #late: (() => void)[] = [];
  nowMs = START_MS;
  readonly log = { good: 0, total: 0 };

  constructor(seed: number) {
    this.#random = createSeededRandom(seed);
    for (const instance of this.#instances) this.#restart(instance);
    this.#counting = new Counting(this.#store);
    this.#counting.tick(this.nowMs);
  }

  step(): void {
    this.nowMs += 1000;
    for (const instance of this.#instances) {
      this.#serve(instance);
      if (this.#chance(1 / 200)) this.#restart(instance);
    }
    const isDown = this.nowMs < this.#downUntilMs;
    if (!isDown && this.nowMs % 5000 === 0) this.#instances.forEach((one) => this.#scrape(one));
    const due = this.#late;
    this.#late = [];
    if (!isDown) due.forEach((show) => show());
    if (!isDown) this.#count();
    if (this.#chance(1 / 300)) this.#kill();
  }

  counts() {
    this.#late.forEach((show) => show());
    this.#late = [];
    this.#counting ??= new Counting(this.#store);
    this.#counting.tick(this.nowMs);
    return this.#counting.all(this.nowMs);
  }

  #count(): void {
    this.#counting ??= new Counting(this.#store);
    if (this.nowMs % TICK_MS === 0) this.#counting.tick(this.nowMs);
  }

  /** What was not shown yet never will be; targets go on meanwhile. */
  #kill(): void {
    this.#counting = undefined;
    this.#downUntilMs = this.nowMs + Math.floor(this.#random.float() ** 4 * 2000) * 1000;
  }

  #serve(instance: string): void {
    const { counters } = this.#processOf(instance);
    const requests = Math.floor(this.#random.float() * 4);
    for (let i = 0; i < requests; i++) {
      const code = this.#chance(0.02) ? '500' : this.#chance(0.01) ? '404' : '200';
      counters.set(code, (counters.get(code) ?? 0) + 1);
    }
  }

  #restart(instance: string): void {
    this.#processes.set(instance, {
      startedMs: this.nowMs,
      counters: new Map([['200', 0]]),
      seen: new Map(),
    });
  }

  /** The sample has the time of the scrape, and is in the store a moment later. */
  #scrape(instance: string): void {
    const { nowMs } = this;
    const process = this.#processOf(instance);
    const { startedMs, seen } = process;
    const counters = new Map(process.counters);
    const show = (): void => {
      const target = { job: 'shop', instance };
      this.#store.put({ [METRIC_NAME]: 'up', ...target }, nowMs, 1);
      const start = { [METRIC_NAME]: 'process_start_time_seconds', ...target };
      this.#store.put(start, nowMs, startedMs / 1000);
      for (const [code, value] of counters) {
        const events = value - (seen.get(code) ?? 0);
        seen.set(code, value);
        this.log.total += events;
        if (code !== '500') this.log.good += events;
        this.#store.put({ [METRIC_NAME]: 'requests_total', ...target, code }, nowMs, value);
      }
    };
    if (this.#chance(0.5)) show();
    else this.#late.push(show);
  }

  #processOf(instance: string): Process {
    const process = this.#processes.get(instance);
    assert.ok(process !== undefined);
    return process;
  }

  #chance(share: number): boolean {
    return this.#random.float() < share;
  }
}

describe('a ledger in a world of restarts and kills', () => {
  for (const seed of [1, 2, 3]) {
    it(`counts what a log of all requests says (seed ${seed})`, () => {
      const world = new World(seed);
      for (let i = 0; i < 3000; i++) world.step();
      const { good, total } = world.counts() ?? { good: -1, total: -1 };
      assert.ok(world.log.total > 1000, `only ${world.log.total} requests`);
      assert.deepEqual({ good, total }, world.log);
    });
  }
});
