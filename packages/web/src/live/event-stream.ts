/**
 * The connection on which the server tells what changed.
 *
 * EventSource reconnects by itself only after some failures and then at a fixed pace; after an
 * HTTP error it gives up. This one always comes back, ever more slowly, at a time of its own, so
 * that a restarted server is not met by every open page at once.
 */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting';

/** What of an EventSource is used. */
export interface EventSourceLike {
  readonly addEventListener: (
    type: string,
    listener: (event: { readonly data?: unknown }) => void,
  ) => void;
  readonly close: () => void;
}

export interface EventStreamOptions {
  readonly open: () => EventSourceLike;
  /** Runs later; returns how to cancel it. */
  readonly schedule: (run: () => void, delayMs: number) => () => void;
  readonly random: () => number;
  /** Names that events may carry; unnamed ones are always heard. */
  readonly eventNames: readonly string[];
  readonly onData: (data: string) => void;
  readonly onState: (state: ConnectionState) => void;
}

export interface EventStream {
  /** Tries again at once where it is waiting to: the network or the viewer came back. */
  readonly hurry: () => void;
  readonly stop: () => void;
}

const BACKOFF_FIRST_MS = 1000;
const BACKOFF_MAX_MS = 30_000;

/** How long to wait before attempt number `failureCount`, between half and all of the step. */
export function backoffMs(failureCount: number, random: number): number {
  const stepMs = Math.min(BACKOFF_FIRST_MS * 2 ** Math.max(0, failureCount - 1), BACKOFF_MAX_MS);
  return stepMs * (0.5 + random / 2);
}

export function startEventStream(options: EventStreamOptions): EventStream {
  let source: EventSourceLike | undefined;
  let cancelRetry: (() => void) | undefined;
  let failureCount = 0;

  const fail = () => {
    source?.close();
    source = undefined;
    failureCount += 1;
    options.onState('reconnecting');
    cancelRetry = options.schedule(connect, backoffMs(failureCount, options.random()));
  };
  const connect = () => {
    cancelRetry = undefined;
    const opened = options.open();
    source = opened;
    const hear = ({ data }: { readonly data?: unknown }) => {
      if (source === opened && typeof data === 'string') options.onData(data);
    };
    opened.addEventListener('open', () => {
      if (source !== opened) return;
      failureCount = 0;
      options.onState('open');
    });
    opened.addEventListener('error', () => {
      if (source === opened) fail();
    });
    for (const name of ['message', ...options.eventNames]) opened.addEventListener(name, hear);
  };

  options.onState('connecting');
  connect();
  return {
    hurry: () => {
      if (cancelRetry === undefined) return;
      cancelRetry();
      connect();
    },
    stop: () => {
      cancelRetry?.();
      source?.close();
      source = undefined;
    },
  };
}
