import assert from 'node:assert/strict';
import test from 'node:test';
import { createTimeFormat } from './time.ts';

const AT = Date.UTC(2026, 10, 23, 2, 12, 4);
const HOUR_MS = 3_600_000;
const zurich = createTimeFormat('Europe/Zurich');

test('clocks are on 24 hours in the zone of the viewer', () => {
  assert.equal(zurich.clock(AT), '03:12');
  assert.equal(zurich.clockSeconds(AT), '03:12:04');
  assert.equal(createTimeFormat('Asia/Seoul').clock(AT), '11:12');
});

test('the clock of the viewer is the one of their zone', () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const named = createTimeFormat(timeZone);
  for (const at of [AT, AT + 5 * HOUR_MS, Date.UTC(2026, 5, 1)]) {
    assert.equal(createTimeFormat().clock(at), named.clock(at));
  }
});

test('midnight is 00:00, not 24:00', () => {
  assert.equal(createTimeFormat('UTC').clock(Date.UTC(2026, 10, 23)), '00:00');
});

test('a short time has its day only when it is not near', () => {
  assert.equal(zurich.short(AT, AT + HOUR_MS), '03:12');
  assert.equal(zurich.short(AT, AT + 25 * HOUR_MS), '23 Nov 03:12');
});

test('a full time has UTC beside it', () => {
  assert.match(zurich.full(AT), /^23 Nov 2026, 03:12:04 .+ · 02:12:04 UTC$/);
});
