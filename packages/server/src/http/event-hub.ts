/**
 * Server-sent events: what keeps every open page live.
 *
 * The hub knows nothing of HTTP: a stream is something to write text to. A page to a person goes
 * to all streams that take pages and counts as delivered only when an open browser has confirmed
 * that it shows it (`confirm`), because a socket that accepts bytes proves nothing about a laptop
 * that is asleep.
 */
import type { BrowserPage, ServerEvent } from '@nines/contract';
import type { Clock } from '../platform/index.ts';
import { limitExceeded, unavailable } from '../platform/index.ts';
import type { TextStream } from './event-stream.ts';
import { EVENT_STREAMS_MAX, PAGE_CONFIRM_GRACE_MS, PAGE_CONFIRM_TIMEOUT_MS } from './limits.ts';
import { StreamSet } from './stream-set.ts';

/** One open page. */
export interface EventStream extends TextStream {
  /** Whether whoever opened it answers pages: a screen on the wall does not. */
  readonly takesPages: boolean;
  /** Who opened it, as they sign in. */
  readonly login: string;
}

/** How a page went through the browsers. */
export interface Delivery {
  readonly openCount: number;
  readonly confirmedCount: number;
  /** When it was written to the streams. */
  readonly handedAt: number;
  /** When the first browser confirmed it; undefined: none did. */
  readonly shownAt: number | undefined;
}

/** A page that waits to be confirmed. */
interface Waiting {
  readonly text: string;
  readonly isFor: (stream: EventStream) => boolean;
  confirm(): void;
}

export interface EventHub {
  /**
   * Adds an open page, and shows it what waits to be confirmed; call the answer when it is gone.
   * Throws `limitExceeded` when full.
   */
  connect(stream: EventStream): () => void;
  publish(event: ServerEvent): void;
  /**
   * Shows a page in every open browser of somebody who answers pages, and says how many those
   * were and how many confirmed before the deadline. Resolves early once all have, and soon after
   * the first: it has reached somebody, and a laptop that is asleep need not be waited for. With a
   * login it goes to the pages of that person alone.
   */
  deliver(page: BrowserPage, login?: string): Promise<Delivery>;
  /** An open browser shows the page. */
  confirm(pageId: string): void;
  /** Keeps streams open, but for those of sessions that have ended. */
  heartbeat(): Promise<void>;
  streamCount(): number;
  /** How many of the streams are of somebody who answers pages. */
  takerCount(): number;
  close(): void;
}

/** Builds a hub. */
export function createEventHub(options: {
  readonly clock: Clock;
  readonly version: string;
  /** Called when somebody who answers pages has opened one. */
  readonly onReader: (login: string) => void;
}): EventHub {
  const { clock } = options;
  const streams = new StreamSet<EventStream>();
  const waiting = new Map<string, Waiting>();
  let lastId = 0;

  const takers = (): readonly EventStream[] => streams.all().filter(({ takesPages }) => takesPages);
  const format = (event: ServerEvent): string =>
    `id: ${++lastId}\ndata: ${JSON.stringify(event)}\n\n`;
  return {
    connect(stream) {
      if (streams.isClosed)
        throw unavailable('EVENTS_CLOSED', 'the server is stopping; connect again');
      if (streams.size >= EVENT_STREAMS_MAX) {
        const message = `${EVENT_STREAMS_MAX} pages are open already; close one`;
        throw limitExceeded('EVENTS_TOO_MANY_STREAMS', message);
      }
      const leave = streams.add(stream);
      streams.send(stream, format({ type: 'hello', version: options.version, now: clock.now() }));
      if (stream.takesPages) {
        for (const { text, isFor } of waiting.values()) {
          if (isFor(stream)) streams.send(stream, text);
        }
        options.onReader(stream.login);
      }
      return leave;
    },
    publish: (event) => streams.broadcast(format(event)),
    async deliver(page, login) {
      const isFor = (stream: EventStream): boolean => login === undefined || stream.login === login;
      const open = takers().filter(isFor);
      const openCount = open.length;
      const handedAt = clock.now();
      const none = { openCount, confirmedCount: 0, handedAt, shownAt: undefined };
      if (openCount === 0) return none;
      const confirmations = collectConfirmations(clock, openCount);
      const text = format({ type: 'page', page });
      waiting.set(page.id, { text, isFor, confirm: confirmations.confirm });
      for (const stream of open) streams.send(stream, text);
      const confirmed = await confirmations.ended;
      waiting.delete(page.id);
      return { openCount, handedAt, ...confirmed };
    },
    confirm: (pageId) => waiting.get(pageId)?.confirm(),
    heartbeat: async () => streams.heartbeat(),
    streamCount: () => streams.size,
    takerCount: () => takers().length,
    close: () => streams.close(),
  };
}

/** Counts confirmations until all are in, the deadline has passed, or a while after the first. */
function collectConfirmations(
  clock: Clock,
  wantedCount: number,
): {
  readonly confirm: () => void;
  readonly ended: Promise<Pick<Delivery, 'confirmedCount' | 'shownAt'>>;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let confirmedCount = 0;
  let shownAt: number | undefined;
  let timer = clock.after(PAGE_CONFIRM_TIMEOUT_MS, resolve);
  const ended = promise.then(() => {
    timer.cancel();
    return { confirmedCount, shownAt };
  });
  const confirm = (): void => {
    confirmedCount++;
    if (confirmedCount >= wantedCount) resolve();
    if (shownAt !== undefined) return;
    shownAt = clock.now();
    timer.cancel();
    timer = clock.after(PAGE_CONFIRM_GRACE_MS, resolve);
  };
  return { confirm, ended };
}
