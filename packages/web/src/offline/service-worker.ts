/**
 * Makes the page installable, and says so honestly when nothing answers.
 *
 * It keeps the offline page and nothing else. What the server measured, who has an alert, even the
 * page's own files always come from the server: at three in the morning an old answer that looks
 * like a new one is worse than none.
 */
const CACHE = 'nines-offline';
const PAGE = '/offline.html';
const KEPT = [PAGE, '/offline.js'] as const;

/** What of the events of a service worker is used; the DOM's types do not know them. */
interface LifeEvent extends Event {
  readonly waitUntil: (work: Promise<unknown>) => void;
}

interface FetchEvent extends LifeEvent {
  readonly request: Request;
  readonly respondWith: (response: Promise<Response>) => void;
}

function isLifeEvent(event: Event): event is LifeEvent {
  return 'waitUntil' in event;
}

function isFetchEvent(event: Event): event is FetchEvent {
  return isLifeEvent(event) && 'respondWith' in event && 'request' in event;
}

/** Asked past the browser's own cache: the offline page belongs to the version that runs. */
async function keepOfflinePage(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.map((path) => new Request(path, { cache: 'no-cache' })));
}

async function findKept(path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? Response.error();
}

let isRenewed = false;

function answerNavigation(event: FetchEvent): void {
  const answer = fetch(event.request);
  event.respondWith(answer.catch(async () => findKept(PAGE)));
  if (isRenewed) return;
  isRenewed = true;
  event.waitUntil(
    answer.then(keepOfflinePage).catch(() => {
      isRenewed = false;
    }),
  );
}

addEventListener('install', (event) => {
  if (isLifeEvent(event)) event.waitUntil(keepOfflinePage());
});

addEventListener('fetch', (event) => {
  if (!isFetchEvent(event)) return;
  const { request } = event;
  if (request.mode === 'navigate') {
    answerNavigation(event);
    return;
  }
  const { pathname, origin } = new URL(request.url);
  if (origin !== location.origin || !KEPT.some((path) => path === pathname)) return;
  event.respondWith(fetch(request).catch(async () => findKept(pathname)));
});
