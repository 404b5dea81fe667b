/**
 * The machines that are scraped, in a thread of their own so that no server's figures hold its work.
 *
 * `/live/…?target=NAME` answers what a machine says now, and `/wide/…` the same with a few series
 * more; `/history/…?target=NAME` answers the next
 * point of the past half an hour at each request, with its time, so that a load of half an hour is
 * scraped within half a minute.
 */
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { renderBody, renderWideBody } from './exposition.ts';
import { HISTORY_POINTS, HISTORY_STEP_MS } from './load-shape.ts';

const HISTORY_START_MS = Number(workerData) - (HISTORY_POINTS - 1) * HISTORY_STEP_MS;
/** By the path and the target: how many points were handed out. */
const progress = new Map<string, number>();
const historyBodies = new Map<number, string>();
const live = { second: -1, body: '', wideBody: '' };

function bodiesNow(): typeof live {
  const second = Math.floor(Date.now() / 1000);
  if (live.second !== second) {
    const step = second % 1_000_000;
    Object.assign(live, { second, body: renderBody(step), wideBody: renderWideBody(step) });
  }
  return live;
}

function bodyOf(url: string): string {
  if (url.startsWith('/history/')) return nextHistoryBody(url);
  return url.startsWith('/wide/') ? bodiesNow().wideBody : bodiesNow().body;
}

function nextHistoryBody(url: string): string {
  const done = progress.get(url) ?? 0;
  progress.set(url, done + 1);
  // Whoever asks on hears the last point again, which no store counts a second time.
  const point = Math.min(done, HISTORY_POINTS - 1);
  let body = historyBodies.get(point);
  if (body === undefined) {
    body = renderBody(point, HISTORY_START_MS + point * HISTORY_STEP_MS);
    historyBodies.set(point, body);
  }
  return body;
}

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4').end(bodyOf(request.url ?? ''));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' && address !== null ? address.port : 0);
});

/** Asked by any message: how many histories have been handed out whole, and once more after that. */
parentPort?.on('message', () => {
  const whole = [...progress.values()].filter((count) => count > HISTORY_POINTS);
  parentPort?.postMessage(whole.length);
});
