import assert from 'node:assert/strict';
import test from 'node:test';
import type { AlertList } from '@nines/contract';
import { listStalePages, renewPage } from './list-pages.ts';
import { alertOf, NOW } from './testing.ts';

const counts = { page: 0, ticket: 0, log: 0, pending: 0 };
/** A page of alerts whose ids are the letters; `more` where others follow. */
const pageOf = (letters: string, more = true): AlertList => ({
  now: NOW,
  alerts: letters.split('').map((id) => alertOf({ id })),
  nextCursor: more ? (letters.at(-1) ?? null) : null,
  counts,
});
const show = ({ alerts, nextCursor }: AlertList) =>
  `${alerts.map(({ id }) => id).join('')}${nextCursor === null ? '.' : `>${nextCursor}`}`;

const inMiddle = (old: AlertList, fresh: AlertList) => show(renewPage(old, fresh, false));
const atEnd = (old: AlertList, fresh: AlertList) => show(renewPage(old, fresh, true));

test('the first page and those with a changed alert are read anew', () => {
  const pages = [pageOf('zyx'), pageOf('wvu'), pageOf('tsr', false)];
  assert.deepEqual(listStalePages(pages, []), [0]);
  assert.deepEqual(listStalePages(pages, ['s', 'q']), [0, 2]);
  assert.deepEqual(listStalePages([], ['s']), []);
});

test('new alerts push others out of what was read, not off the page', () => {
  assert.equal(inMiddle(pageOf('xwv'), pageOf('zyx')), 'zyxwv>v');
  assert.equal(atEnd(pageOf('xwv', false), pageOf('zyx')), 'zyxwv.');
  assert.equal(inMiddle(pageOf('xwv'), pageOf('xwv')), 'xwv>v');
});

test('alerts that no longer fit go, and what comes in for them from the next page stays there', () => {
  assert.equal(inMiddle(pageOf('xwv'), pageOf('xvu')), 'xv>v');
  assert.equal(atEnd(pageOf('xwv'), pageOf('xvu')), 'xvu>u');
  assert.equal(atEnd(pageOf('xwv', false), pageOf('x', false)), 'x.');
  assert.equal(atEnd(pageOf('xwv', false), pageOf('', false)), '.');
});

test('a page that was empty takes what there is', () => {
  assert.equal(atEnd(pageOf('', false), pageOf('zy', false)), 'zy.');
});
