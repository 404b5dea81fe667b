/** The stream of events as an open page reads it. */
import type { ServerEvent } from '@nines/contract';

/** An event, and when it came on this process' monotonic clock. */
export interface Heard {
  readonly event: ServerEvent;
  readonly atMs: number;
}

export interface EventReader {
  /** Resolves with the first event from now on, or heard before, that is wanted. */
  waitFor(isWanted: (event: ServerEvent) => boolean): Promise<Heard>;
  close(): void;
}

/** Connects as an open page does; resolves once greeted. */
export async function openEventStream(url: string, token: string): Promise<EventReader> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/nines/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  if (response.body === null) throw new Error(`no stream: ${response.status}`);
  const heard: Heard[] = [];
  const listeners = new Set<() => void>();
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of body) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data === undefined) continue;
        const event: unknown = JSON.parse(data);
        if (isEvent(event)) heard.push({ event, atMs: performance.now() });
      }
      for (const listener of listeners) listener();
    }
  };
  // It ends when it is closed.
  read(response.body).catch(() => {});
  const reader: EventReader = {
    async waitFor(isWanted) {
      const { promise, resolve } = Promise.withResolvers<Heard>();
      const look = (): void => {
        const found = heard.find(({ event }) => isWanted(event));
        if (found !== undefined) resolve(found);
      };
      listeners.add(look);
      look();
      return promise.finally(() => listeners.delete(look));
    },
    close: () => abort.abort(),
  };
  await reader.waitFor(({ type }) => type === 'hello');
  return reader;
}

/** The server under test is trusted to speak its own contract; its shape is tested elsewhere. */
function isEvent(value: unknown): value is ServerEvent {
  return typeof value === 'object' && value !== null && 'type' in value;
}
