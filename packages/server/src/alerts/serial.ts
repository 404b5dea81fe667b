/** One at a time: decisions on alerts read, decide and write without anything in between. */

export interface Serial {
  /** Runs work after all work that was handed in before it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** How much work waits or is under way. */
  waitingCount(): number;
}

/** Builds a queue of one. It has no bound of its own: whoever can be refused is, before it. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  let waitingCount = 0;
  return {
    async run(work) {
      waitingCount++;
      const mine = last.then(work);
      // The next one waits for the end of this one, whatever it is.
      last = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        waitingCount--;
      }
    },
    waitingCount: () => waitingCount,
  };
}
