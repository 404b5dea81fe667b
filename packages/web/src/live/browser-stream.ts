import { EVENTS_PATH } from '@nines/contract';
import { browserRandom, browserSchedule } from '../platform/browser.ts';
import { startEventStream } from './event-stream.ts';
import { EVENT_NAMES } from './server-event.ts';
import type { StartStream } from './stream-hub.ts';

/** The event stream of this server, over the browser's own means. */
export const startBrowserStream: StartStream = (hear) =>
  startEventStream({
    open: () => new EventSource(EVENTS_PATH),
    schedule: browserSchedule,
    random: browserRandom,
    eventNames: EVENT_NAMES,
    ...hear,
  });
