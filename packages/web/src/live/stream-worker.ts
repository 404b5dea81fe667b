/** The worker that all tabs share: it holds the one event stream. */
import { startBrowserStream } from './browser-stream.ts';
import { createStreamHub, type Tab } from './stream-hub.ts';

const hub = createStreamHub(startBrowserStream);

addEventListener('connect', (event) => {
  if (!(event instanceof MessageEvent)) return;
  for (const port of event.ports) {
    const tab: Tab = { post: (message) => port.postMessage(message) };
    port.addEventListener('message', ({ data }) => hub.receive(tab, data));
    port.start();
  }
});
