/**
 * Server-sent events: what keeps every open page live.
 *
 * The hub knows nothing of HTTP: a stream is something to write text to. Every write is bounded:
 * a stream whose reader has fallen behind is ended, and its page reconnects and asks again for
 * what it shows. A page to a person goes to all streams that take pages and counts as delivered only when an open
 * browser has confirmed that it shows it (`confirm`), because a socket that accepts bytes proves
 * nothing about a laptop that is asleep.
 */
import type { BrowserPage, ServerEvent } from '@nines/contract';
import type { Clock } from '../platform/index.ts';
import { limitExceeded, unavailable } from '../platform/index.ts';
import { EVENT_BUFFER_BYTES_MAX, EVENT_STREAMS_MAX, PAGE_CONFIRM_TIMEOUT_MS } from './limits.ts';

/** One open page. */
export interface EventStream {
  /** Whether whoever opened it answers pages: a screen on the wall does not. */
  readonly takesPages: boolean;
  write(text: string): void;
  /** Bytes that the reader has not taken yet. */
  bufferedBytes(): number;
  /** Whether whoever opened it may still see what happens. */
  isWelcome(): Promise<boolean>;
  end(): void;
}

export interface EventHub {
  /** Adds an open page; call the answer when it is gone. Throws `limitExceeded` when full. */
  connect(stream: EventStream): () => void;
  publish(event: ServerEvent): void;
  /**
   * Shows a page in every open browser of somebody who answers pages, and says how many those
   * were and how many confirmed before the deadline. Resolves early once all have.
   */
  deliver(
    page: BrowserPage,
  ): Promise<{ readonly openCount: number; readonly confirmedCount: number }>;
  /** An open browser shows the page. */
  confirm(pageId: string): void;
  /**
   * Keeps proxies from cutting silent streams, and ends those of sessions that have ended since:
   * a stream was let in once and would otherwise stay for as long as its page is open.
   */
  heartbeat(): Promise<void>;
  streamCount(): number;
  close(): void;
}

/** Builds a hub. */
export function createEventHub(options: {
  readonly clock: Clock;
  readonly version: string;
}): EventHub {
  const { clock } = options;
  const streams = new Set<EventStream>();
  let isClosed = false;
  const waiting = new Map<string, () => void>();
  let lastId = 0;

  const send = (stream: EventStream, text: string): void => {
    if (stream.bufferedBytes() > EVENT_BUFFER_BYTES_MAX) {
      streams.delete(stream);
      stream.end();
    } else {
      stream.write(text);
    }
  };
  const dismissUnwelcome = async (stream: EventStream): Promise<void> => {
    if (await stream.isWelcome()) return;
    streams.delete(stream);
    stream.end();
  };
  const format = (event: ServerEvent): string =>
    `id: ${++lastId}\ndata: ${JSON.stringify(event)}\n\n`;
  const broadcast = (text: string): void => {
    for (const stream of streams) send(stream, text);
  };
  return {
    connect(stream) {
      if (isClosed) throw unavailable('EVENTS_CLOSED', 'the server is stopping; connect again');
      if (streams.size >= EVENT_STREAMS_MAX) {
        const message = `${EVENT_STREAMS_MAX} pages are open already; close one`;
        throw limitExceeded('EVENTS_TOO_MANY_STREAMS', message);
      }
      streams.add(stream);
      send(stream, format({ type: 'hello', version: options.version, now: clock.now() }));
      return () => void streams.delete(stream);
    },
    publish: (event) => broadcast(format(event)),
    async deliver(page) {
      const takers = [...streams].filter(({ takesPages }) => takesPages);
      const openCount = takers.length;
      if (openCount === 0) return { openCount, confirmedCount: 0 };
      const { promise, resolve } = Promise.withResolvers<void>();
      let confirmedCount = 0;
      const timer = clock.after(PAGE_CONFIRM_TIMEOUT_MS, resolve);
      waiting.set(page.id, () => {
        confirmedCount++;
        if (confirmedCount >= openCount) resolve();
      });
      const text = format({ type: 'page', page });
      for (const stream of takers) send(stream, text);
      await promise;
      timer.cancel();
      waiting.delete(page.id);
      return { openCount, confirmedCount };
    },
    confirm: (pageId) => waiting.get(pageId)?.(),
    async heartbeat() {
      broadcast(': still here\n\n');
      await Promise.all([...streams].map(dismissUnwelcome));
    },
    streamCount: () => streams.size,
    close() {
      isClosed = true;
      for (const stream of streams) stream.end();
      streams.clear();
    },
  };
}
