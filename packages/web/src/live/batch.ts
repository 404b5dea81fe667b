/**
 * Gathers what is to be asked again. One thing that happens is often told in several events at
 * once, and each of them would else start and cancel the same request.
 */
export interface Batch {
  readonly add: (keys: readonly string[]) => void;
  readonly stop: () => void;
}

/** Far below what anyone notices, far above the distance of events that belong together. */
const GATHER_MS = 60;

export function createBatch(options: {
  readonly schedule: (run: () => void, delayMs: number) => () => void;
  readonly flush: (keys: readonly string[]) => void;
}): Batch {
  const gathered = new Set<string>();
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel = undefined;
    const keys = [...gathered];
    gathered.clear();
    options.flush(keys);
  };
  return {
    add: (keys) => {
      for (const key of keys) gathered.add(key);
      if (gathered.size > 0) cancel ??= options.schedule(flush, GATHER_MS);
    },
    stop: () => cancel?.(),
  };
}
