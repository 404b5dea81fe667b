/** The promise: a page that is asked for is in the browser at once, and tells how it came there. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EventReader, openEventStream } from '../harness/event-stream.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

/** The promise to people; an idle machine takes a fiftieth of it. */
const PAGE_MS_MAX = 3_000;

describe('a test page', () => {
  let server: RunningServer;
  const readers: EventReader[] = [];
  before(async () => {
    server = await startServer();
  });
  after(async () => {
    for (const reader of readers) reader.close();
    await server.stop();
  });
  const open = async (): Promise<EventReader> => {
    const reader = await openEventStream(server.url, server.token);
    readers.push(reader);
    return reader;
  };
  const waitForPage = async (reader: EventReader, alertId: string) => {
    const { event, atMs } = await reader.waitFor(
      (one) => one.type === 'page' && one.page.alertId === alertId,
    );
    assert.ok(event.type === 'page');
    return { page: event.page, atMs };
  };

  it('is in an open browser within three seconds, and its history has every hop', async () => {
    const reader = await open();
    const askedAtMs = performance.now();
    const { alertId } = await server.client('createTestPage', {});
    const { page, atMs } = await waitForPage(reader, alertId);
    assert.ok(atMs - askedAtMs < PAGE_MS_MAX, `took ${atMs - askedAtMs} ms`);
    await server.client('confirmPage', { params: { id: page.id } });
    const history = await waitUntil('the page to be delivered', async () => {
      const detail = await server.client('getAlert', { params: { id: alertId } });
      return detail.pages[0].state === 'delivered' ? detail.history : undefined;
    });
    const hops = ['alert.requested', 'alert.fired', 'alert.stored', 'page.sent', 'page.handed'];
    assert.deepEqual(
      history.map(({ kind }) => kind),
      [...hops, 'page.shown', 'page.delivered'],
    );
    assert.deepEqual(
      history.map(({ at }) => at),
      history.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    const over = await server.client('acknowledgeAlert', { params: { id: alertId } });
    assert.deepEqual([over.origin, over.state], ['test', 'resolved']);
  });

  it('reaches a browser that is opened after it was asked for', async () => {
    for (const reader of readers.splice(0)) reader.close();
    await waitUntil('the stream to be gone', async () => {
      const metrics = await server.get('/metrics');
      return /^nines_http_event_streams 0$/m.test(String(metrics)) ? true : undefined;
    });
    const { alertId } = await server.client('createTestPage', {});
    await waitUntil('a first attempt', async () => {
      const { pages } = await server.client('getAlert', { params: { id: alertId } });
      return pages[0].state === 'queued' && pages[0].attemptCount > 0 ? true : undefined;
    });
    const openedAtMs = performance.now();
    const { atMs } = await waitForPage(await open(), alertId);
    assert.ok(atMs - openedAtMs < PAGE_MS_MAX, `took ${atMs - openedAtMs} ms`);
    await server.client('acknowledgeAlert', { params: { id: alertId } });
  });
});
