/**
 * How threads read the store while one thread writes it.
 *
 * There is one writer, and it never waits. It counts: the count is odd while something changes and
 * even while everything stands still. A reader copies a small thing out (one series' chunks, one
 * list), and when the count was the same even number before and after, what it copied belongs
 * together; else it copies again. This is a seqlock (Lameter, "Effective Synchronization on
 * Linux/NUMA Systems", 2005). A change counts twice for a whole batch of samples, not for each, so
 * that appending costs what it did; and as nothing outlives a copy, the writer may use freed memory
 * again at once, however long a query takes.
 *
 * What a reader sees in the middle of a change may be nonsense. So whatever runs inside `copy` must
 * end for any content, must not believe what it found, and may throw: all of it is then done anew.
 */

/** Words that both sides look at: the count of changes, and the number of the newest layout. */
const COUNT = 0;
const LAYOUT = 1;
/** Processors of this kind keep loads in order by themselves, and this is done for each series. */
const NEEDS_FENCE = process.arch !== 'x64';
/** Some 20 µs. */
const SPINS_MAX = 2_000;

/** The writer's side. */
export class Changes {
  readonly words = new Int32Array(new SharedArrayBuffer(8));
  #depth = 0;
  /** Called at the end of each change, while readers still wait. */
  onChange: (() => void) | undefined;

  /** Another number after every change. */
  get count(): number {
    return this.words[COUNT];
  }

  /** Runs a change; changes within a change are part of it. */
  during<T>(change: () => T): T {
    if (this.#depth++ === 0) Atomics.add(this.words, COUNT, 1);
    try {
      return change();
    } finally {
      if (this.#depth === 1) {
        this.onChange?.();
        Atomics.add(this.words, COUNT, 1);
        // A fifth of a microsecond where nobody waits; who waits would sleep on for a millisecond.
        Atomics.notify(this.words, COUNT);
      }
      this.#depth--;
    }
  }

  /** Tells readers that arrays were replaced; what they need is in their ports by now. */
  announceLayout(): void {
    Atomics.add(this.words, LAYOUT, 1);
  }
}

/** Copies what belongs together. */
export interface ReadGuard {
  /** Whether another thread may change what is read. */
  readonly isShared: boolean;
  /** Answers what `copy` answers when nothing changed while it ran; it may run several times. */
  read<T>(copy: () => T): T;
}

/** For the thread that writes: nothing changes while it reads. */
export const SAME_THREAD: ReadGuard = { isShared: false, read: (copy) => copy() };

/** The side of another thread. */
export class SharedGuard implements ReadGuard {
  readonly isShared = true;
  readonly #words: Int32Array;
  readonly #adoptLayout: () => void;
  readonly #triesMax: number;
  readonly #assertWanted: () => void;
  /** For a read-modify-write that keeps loads before it from moving behind it (ARM). */
  readonly #fence = new Int32Array(new SharedArrayBuffer(4));
  #layout = 0;
  /** The even count at which the newest layout was seen to be ours; odd: none yet. */
  #lastCount = -1;

  constructor(options: {
    readonly words: Int32Array;
    /** Takes over the newest layout, which is there by now. */
    readonly adoptLayout: () => void;
    /** Throws when nobody waits for the copy any more; asked while the writer is busy. */
    readonly assertWanted: () => void;
    readonly triesMax: number;
  }) {
    this.#words = options.words;
    this.#adoptLayout = options.adoptLayout;
    this.#assertWanted = options.assertWanted;
    this.#triesMax = options.triesMax;
  }

  read<T>(copy: () => T): T {
    for (let tries = 1; ; tries++) {
      const before = this.#awaitRest();
      try {
        const copied = copy();
        if (this.#isStill(before)) return copied;
      } catch (error) {
        // Out of the middle of a change comes anything; out of what stands still, the truth.
        if (this.#isStill(before)) throw error;
      }
      if (tries % this.#triesMax === 0) this.#assertWanted();
    }
  }

  #isStill(before: number): boolean {
    if (NEEDS_FENCE) Atomics.add(this.#fence, 0, 1);
    return Atomics.load(this.#words, COUNT) === before;
  }

  /** The count, once it is even and the newest layout is ours. */
  #awaitRest(): number {
    for (let waits = 1; ; waits++) {
      let count = Atomics.load(this.#words, COUNT);
      // Most changes are over in microseconds, and a thread that sleeps wakes up much later.
      for (let spins = 0; (count & 1) === 1 && spins < SPINS_MAX; spins++) {
        count = Atomics.load(this.#words, COUNT);
      }
      // A layout comes within a change, so where nothing changed since it is still ours.
      if (count === this.#lastCount) return count;
      if ((count & 1) === 0) {
        const layout = Atomics.load(this.#words, LAYOUT);
        if (layout === this.#layout) {
          this.#lastCount = count;
          return count;
        }
        this.#layout = layout;
        this.#adoptLayout();
        continue;
      }
      Atomics.wait(this.#words, COUNT, count, 1);
      if (waits % this.#triesMax === 0) this.#assertWanted();
    }
  }
}
