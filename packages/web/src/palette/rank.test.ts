import assert from 'node:assert/strict';
import test from 'node:test';
import { rankItems } from './rank.ts';

const items = ['Explore', 'cart', 'checkout', 'search-cart', 'Acart'].map((label) => ({ label }));
const find = (text: string) => rankItems(items, text).map(({ label }) => label);

test('beginnings come before words before middles before letters in order', () => {
  assert.deepEqual(find('cart'), ['cart', 'search-cart', 'Acart']);
  assert.deepEqual(find('ckt'), ['checkout']);
});

test('case and spaces around do not matter', () => {
  assert.deepEqual(find('  EXP '), ['Explore']);
});

test('nothing typed shows the first ones, nothing found shows none', () => {
  assert.equal(find('').length, 5);
  assert.deepEqual(find('zzz'), []);
});
