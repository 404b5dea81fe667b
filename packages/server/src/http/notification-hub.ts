/**
 * Prometheus' live notifications: what its page, and every other reader of
 * `/api/v1/notifications/live`, is told of the server's own state as it changes.
 *
 * A new reader hears of all that holds, then of what begins, and of what ends with `active: false`
 * (util/notifications and web/api/v1 of Prometheus). Whose words change ends, and begins anew.
 */
import type { TextStream } from './event-stream.ts';
import { EVENT_BUFFER_BYTES_MAX, NOTIFICATION_STREAMS_MAX } from './limits.ts';

/** One notification, in Prometheus' shape. */
export interface Notification {
  readonly text: string;
  /** Since when, in RFC 3339. */
  readonly date: string;
  readonly active: boolean;
}

export interface NotificationHub {
  /** What holds now. */
  list(): readonly Notification[];
  /** Adds a reader; call the answer when it is gone. Undefined: there are too many. */
  connect(stream: TextStream): (() => void) | undefined;
  /** Tells all readers what has changed since the last time. */
  refresh(): void;
  /** Keeps proxies from cutting silent streams, and ends those of sessions that have ended. */
  heartbeat(): Promise<void>;
  close(): void;
}

/** Builds a hub over what holds at each moment. */
export function createNotificationHub(list: () => readonly Notification[]): NotificationHub {
  const streams = new Set<TextStream>();
  let told = new Map<string, Notification>();
  let isClosed = false;
  const dismiss = (stream: TextStream): void => {
    streams.delete(stream);
    stream.end();
  };
  const send = (text: string): void => {
    for (const stream of streams) {
      if (stream.bufferedBytes() <= EVENT_BUFFER_BYTES_MAX) stream.write(text);
      else dismiss(stream);
    }
  };
  const refresh = (): void => {
    const now = new Map(list().map((one) => [`${one.date} ${one.text}`, one]));
    for (const [key, one] of told) if (!now.has(key)) send(format({ ...one, active: false }));
    for (const [key, one] of now) if (!told.has(key)) send(format(one));
    told = now;
  };
  return {
    list,
    connect(stream) {
      if (isClosed || streams.size >= NOTIFICATION_STREAMS_MAX) return undefined;
      refresh();
      streams.add(stream);
      // The head of the answer goes at once, also where nothing is to be told.
      stream.write(GREETING + [...told.values()].map(format).join(''));
      return () => void streams.delete(stream);
    },
    refresh,
    async heartbeat() {
      send(GREETING);
      const dismissIfUnwelcome = async (stream: TextStream): Promise<void> => {
        if (!(await stream.isWelcome())) dismiss(stream);
      };
      await Promise.all([...streams].map(dismissIfUnwelcome));
    },
    close() {
      isClosed = true;
      for (const stream of streams) stream.end();
      streams.clear();
    },
  };
}

/** A comment, which readers pass over. */
const GREETING = ': still here\n\n';

function format(notification: Notification): string {
  return `data: ${JSON.stringify(notification)}\n\n`;
}
