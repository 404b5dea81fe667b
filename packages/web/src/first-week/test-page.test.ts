import assert from 'node:assert/strict';
import test from 'node:test';
import type { AlertDetail, PageView } from '@nines/contract';
import { alertOf, NOW } from '../alerts/testing.ts';
import { beginRun, findLateReason, listHops, noteArrival, noteShown } from './test-page.ts';

const answer = { alertId: 'a1', requestedAt: NOW, atMs: 1012 };
const detailOf = (history: AlertDetail['history'], pages: PageView[] = []): AlertDetail => ({
  alert: alertOf(),
  annotations: {},
  rule: null,
  history,
  pages,
});
const entry = (kind: string, afterMs: number) => ({
  at: NOW + afterMs,
  kind,
  reason: 'x',
  actor: null,
});
const hops = [entry('alert.stored', 8), entry('page.sent', 20), entry('page.handed', 22)];
const browserPage = (about: Partial<PageView>): PageView => ({
  id: 'p1',
  channel: 'browser',
  step: 1,
  state: 'sending',
  dueAt: NOW,
  deliveredAt: null,
  attemptCount: 1,
  lastError: null,
  ...about,
});

test('each hop is told as it happens, and the wire counts half each way', () => {
  let run = { ...beginRun(1000), answer };
  const times = () => listHops(run, detailOf(hops)).map(({ afterMs }) => afterMs);
  assert.deepEqual(times(), [0, 8, 20, undefined, undefined, undefined]);
  run = { ...noteArrival(run, 'a1', 1030), answer };
  assert.deepEqual(times(), [0, 12, 24, 30, undefined, undefined]);
  run = { ...noteShown(run, 'a1', 1046), answer, acknowledgedMs: 3000 };
  assert.deepEqual(times(), [0, 12, 24, 30, 46, 2000]);
});

test('a page that overtakes the answer is known once the answer is there', () => {
  const early = noteArrival(beginRun(0), 'a1', 40);
  assert.equal(listHops(early, undefined)[3]?.afterMs, undefined);
  assert.equal(listHops({ ...early, answer }, undefined)[3]?.afterMs, 40);
});

test('no hop of the server comes after the page has come', () => {
  const run = { ...noteArrival(beginRun(0), 'a1', 15), answer };
  const times = listHops(run, detailOf(hops)).map(({ afterMs }) => afterMs);
  assert.deepEqual(times.slice(0, 4), [0, 8, 15, 15]);
});

test('pages of other alerts do not count, and the first arrival stays', () => {
  let run: ReturnType<typeof beginRun> = { ...beginRun(0), answer };
  run = noteArrival(noteArrival(run, 'other', 5), 'a1', 9);
  run = noteShown(noteArrival(run, 'a1', 99), 'a1', 12);
  assert.deepEqual(run.arrivals['a1'], { atMs: 9, shownMs: 12 });
  assert.equal(noteShown(run, 'nobody', 1), run);
});

test('a page that is late has a reason', () => {
  const run = { ...beginRun(0), answer };
  const check = (want: string, pages: PageView[], isStreamOpen = true) =>
    assert.equal(findLateReason(run, { isStreamOpen, pages }), want);
  check('streamDown', [], false);
  check('notSent', []);
  check('notSent', [browserPage({ state: 'queued' })]);
  check('notDelivered', [browserPage({ lastError: 'no page of Nines is open in a browser' })]);
  check('elsewhere', [browserPage({ state: 'delivered', deliveredAt: NOW })]);
  assert.equal(findLateReason(beginRun(0), { isStreamOpen: true, pages: undefined }), 'notStored');
});
