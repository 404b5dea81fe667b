/**
 * Prometheus' live notifications: what its page, and every other reader of
 * `/api/v1/notifications/live`, is told of the server's own state as it changes.
 *
 * A new reader hears of all that holds, then of what begins, and of what ends with `active: false`
 * (util/notifications and web/api/v1 of Prometheus). Whose words change ends, and begins anew.
 */
import type { TextStream } from './event-stream.ts';
import { NOTIFICATION_STREAMS_MAX } from './limits.ts';
import { STILL_HERE, StreamSet } from './stream-set.ts';

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
  /** Keeps streams open, but for those of sessions that have ended. */
  heartbeat(): Promise<void>;
  close(): void;
}

/** Builds a hub over what holds at each moment. */
export function createNotificationHub(list: () => readonly Notification[]): NotificationHub {
  const streams = new StreamSet<TextStream>();
  let told = new Map<string, Notification>();
  const refresh = (): void => {
    const now = new Map(list().map((one) => [`${one.date} ${one.text}`, one]));
    for (const [key, one] of told) {
      if (!now.has(key)) streams.broadcast(format({ ...one, active: false }));
    }
    for (const [key, one] of now) if (!told.has(key)) streams.broadcast(format(one));
    told = now;
  };
  return {
    list,
    connect(stream) {
      if (streams.isClosed || streams.size >= NOTIFICATION_STREAMS_MAX) return undefined;
      refresh();
      // The head of the answer goes at once, also where nothing is to be told.
      stream.write(STILL_HERE + [...told.values()].map(format).join(''));
      return streams.add(stream);
    },
    refresh,
    heartbeat: async () => streams.heartbeat(),
    close: () => streams.close(),
  };
}

function format(notification: Notification): string {
  return `data: ${JSON.stringify(notification)}\n\n`;
}
