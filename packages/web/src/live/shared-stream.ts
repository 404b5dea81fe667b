/** The event stream as a tab sees it: shared with the other tabs where the browser can. */
import { startBrowserStream } from './browser-stream.ts';
import type { EventStream } from './event-stream.ts';
import { parseHubMessage, type StartStream, type TabMessage } from './stream-hub.ts';

/** Starts hearing. A browser without shared workers, or one that refuses them, gets its own. */
export const startSharedStream: StartStream = (hear) => {
  if (typeof SharedWorker === 'undefined') return startBrowserStream(hear);
  let own: EventStream | undefined;
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'nines-events',
  });
  const tell = (message: TabMessage) => worker.port.postMessage(message);
  worker.addEventListener('error', () => {
    own ??= startBrowserStream(hear);
  });
  worker.port.addEventListener('message', ({ data }) => {
    const message = parseHubMessage(data);
    if (message?.type === 'data') hear.onData(message.data);
    if (message?.type === 'state') hear.onState(message.state);
  });
  worker.port.start();
  // A tab that is closed cannot say so later, and one that is put aside may come back.
  const leave = () => tell('leave');
  const join = () => tell('join');
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', join);
  hear.onState('connecting');
  join();
  return {
    hurry: () => {
      tell('hurry');
      own?.hurry();
    },
    stop: () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', join);
      leave();
      worker.port.close();
      own?.stop();
    },
  };
};
