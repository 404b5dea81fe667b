/**
 * One connection for all tabs of a browser.
 *
 * A browser opens at most six connections to a server that speaks HTTP/1.1, and an event stream
 * holds one for as long as its page is open: with six tabs nothing would load any more. So the
 * stream lives in a worker that the tabs share, and this hub hands what comes to each of them.
 */
import type { ConnectionState, EventStream } from './event-stream.ts';
import { parseServerEvent } from './server-event.ts';

/** What a tab tells the hub. */
export type TabMessage = 'join' | 'hurry' | 'leave';

/** What the hub tells a tab. */
export type HubMessage =
  | { readonly type: 'state'; readonly state: ConnectionState }
  | { readonly type: 'data'; readonly data: string };

/** A tab, as the hub sees it. The same tab is always the same object. */
export interface Tab {
  readonly post: (message: HubMessage) => void;
}

export interface StreamHub {
  readonly receive: (tab: Tab, message: unknown) => void;
}

export type StartStream = (hear: {
  readonly onData: (data: string) => void;
  readonly onState: (state: ConnectionState) => void;
}) => EventStream;

export function createStreamHub(start: StartStream): StreamHub {
  const tabs = new Set<Tab>();
  let stream: EventStream | undefined;
  /** What a tab that comes later has missed: the state, and the greeting with the clock in it. */
  let state: HubMessage | undefined;
  let greeting: HubMessage | undefined;

  const tell = (message: HubMessage) => {
    for (const tab of tabs) tab.post(message);
  };
  const hear = {
    onState: (next: ConnectionState) => {
      state = { type: 'state', state: next };
      tell(state);
    },
    onData: (data: string) => {
      const message = { type: 'data', data } as const;
      if (parseServerEvent(data)?.type === 'hello') greeting = message;
      tell(message);
    },
  };
  const join = (tab: Tab) => {
    if (tabs.has(tab)) return;
    tabs.add(tab);
    if (stream === undefined) {
      stream = start(hear);
      return;
    }
    if (state !== undefined) tab.post(state);
    if (greeting !== undefined) tab.post(greeting);
  };
  const leave = (tab: Tab) => {
    tabs.delete(tab);
    if (tabs.size > 0) return;
    stream?.stop();
    stream = undefined;
    state = undefined;
    greeting = undefined;
  };
  return {
    receive: (tab, message) => {
      if (message === 'join') join(tab);
      else if (message === 'leave') leave(tab);
      else if (message === 'hurry') stream?.hurry();
    },
  };
}

/** Reads what the hub posted; undefined for what a hub of another version may post. */
export function parseHubMessage(message: unknown): HubMessage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const type: unknown = Reflect.get(message, 'type');
  const data: unknown = Reflect.get(message, 'data');
  const state: unknown = Reflect.get(message, 'state');
  if (type === 'data' && typeof data === 'string') return { type, data };
  if (type === 'state' && isState(state)) return { type, state };
  return undefined;
}

function isState(value: unknown): value is ConnectionState {
  return value === 'connecting' || value === 'open' || value === 'reconnecting';
}
