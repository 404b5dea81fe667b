/**
 * The machines that are scraped, in a thread of their own so that no server's figures hold its work.
 *
 * `/live/…?target=NAME` answers what a machine says now, and `/wide/…` the same with a few series
 * more; `/history/…?target=NAME` answers the next point of the past half an hour at each request,
 * with its time, so that a load of half an hour is scraped within half a minute. `/before/…` and
 * `/after/…` are the two parts of a longer past.
 */
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { renderBody, renderWideBody } from './exposition.ts';
import { HISTORIES } from './load-shape.ts';

/** The time of the last point of every history. */
const HISTORY_END_MS = Number(workerData);
/** By the path and the target: how many points were handed out. */
const progress = new Map<string, number>();
/** By their time. */
const historyBodies = new Map<number, string>();
/** Steps count from here, so that no history begins before 0. */
const POINTS_MAX = 10_000;
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
  const history = historyOf(url);
  if (history !== undefined) return nextHistoryBody(url, history);
  return url.startsWith('/wide/') ? bodiesNow().wideBody : bodiesNow().body;
}

type History = (typeof HISTORIES)[keyof typeof HISTORIES];

function historyOf(url: string): History | undefined {
  if (url.startsWith('/history/')) return HISTORIES.history;
  if (url.startsWith('/before/')) return HISTORIES.before;
  return url.startsWith('/after/') ? HISTORIES.after : undefined;
}

function nextHistoryBody(url: string, history: History): string {
  const { points, pointsAfter, pointsPerBody, stepMs } = history;
  const done = progress.get(url) ?? 0;
  progress.set(url, done + pointsPerBody);
  // Whoever asks on hears the last points again, which no store counts a second time.
  const first = Math.min(done, points - pointsPerBody);
  let text = '';
  for (let i = 0; i < pointsPerBody; i++) {
    text += historyBody(pointsAfter + points - 1 - first - i, stepMs);
  }
  return text;
}

/** What is told of the point that lies as many points before the end. */
function historyBody(toEnd: number, stepMs: number): string {
  const timeMs = HISTORY_END_MS - toEnd * stepMs;
  const known = historyBodies.get(timeMs);
  if (known !== undefined) return known;
  const body = renderBody(POINTS_MAX - toEnd, timeMs);
  historyBodies.set(timeMs, body);
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
  const whole = progress.entries().filter(([url, count]) => count > (historyOf(url)?.points ?? 0));
  parentPort?.postMessage([...whole].length);
});
