/**
 * Timers of many targets: those that are due at the same time share one, and are woken in a row.
 */
import type { Clock, Timer } from '../platform/index.ts';
import { TIMER_MS_MAX } from './limits.ts';

interface Slot {
  readonly callbacks: Set<() => void>;
  readonly timer: Timer;
}

export class WakeUps {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #now: () => number;
  /** By their time. */
  readonly #slots = new Map<number, Slot>();

  /** Times are those of `now`: the clock's wall time, where nothing else is given. */
  constructor(clock: Clock, now: () => number = () => clock.now()) {
    this.#clock = clock;
    this.#now = now;
  }

  /**
   * Calls back once at a time, at once where it has passed, and too early where it is further away
   * than timers keep. A callback must not throw, and waits for a time once only.
   */
  at(timeMs: number, callback: () => void): Timer {
    const slot = this.#slots.get(timeMs) ?? this.#open(timeMs);
    slot.callbacks.add(callback);
    return { cancel: () => this.#cancel(timeMs, slot, callback) };
  }

  #open(timeMs: number): Slot {
    const delayMs = Math.min(Math.max(0, timeMs - this.#now()), TIMER_MS_MAX);
    const callbacks = new Set<() => void>();
    const timer = this.#clock.after(delayMs, () => {
      this.#slots.delete(timeMs);
      for (const callback of callbacks) callback();
    });
    const slot = { callbacks, timer };
    this.#slots.set(timeMs, slot);
    return slot;
  }

  #cancel(timeMs: number, slot: Slot, callback: () => void): void {
    slot.callbacks.delete(callback);
    if (slot.callbacks.size > 0 || this.#slots.get(timeMs) !== slot) return;
    slot.timer.cancel();
    this.#slots.delete(timeMs);
  }
}
