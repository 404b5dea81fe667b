import assert from 'node:assert/strict';
import test from 'node:test';
import { isFree, nameKey, pressKey } from './keymap.ts';
import { createShortcutRegistry } from './registry.ts';

const press = (key: string, about = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...about,
});
const shortcut = (keys: string) => ({ keys, label: keys, run: () => undefined });

test('keys are named as shortcuts are written', () => {
  assert.equal(nameKey(press('a')), 'a');
  assert.equal(nameKey(press('?')), '?');
  assert.equal(nameKey(press('Enter')), 'enter');
  assert.equal(nameKey(press('k', { metaKey: true })), 'mod+k');
  assert.equal(nameKey(press('K', { ctrlKey: true })), 'mod+k');
});

test('the browser keeps its own combinations', () => {
  assert.equal(nameKey(press('r', { ctrlKey: true })), undefined);
  assert.equal(nameKey(press('a', { altKey: true })), undefined);
});

test('who types text is left alone', () => {
  assert.equal(isFree('a', 'text'), false);
  assert.equal(isFree('escape', 'text'), true);
  assert.equal(isFree('mod+k', 'text'), true);
  assert.equal(isFree('enter', 'control'), false);
  assert.equal(isFree('a', 'control'), true);
});

test('a pair needs both keys, in order', () => {
  const all = [shortcut('g a'), shortcut('a')];
  const first = pressKey(all, '', 'g');
  assert.equal(first.shortcut, undefined);
  assert.equal(pressKey(all, first.pending, 'a').shortcut?.keys, 'g a');
  assert.equal(pressKey(all, '', 'a').shortcut?.keys, 'a');
  assert.equal(pressKey(all, 'g', 'x').pending, '');
});

test('of two with the same key the one that came last wins, and goes with its owner', () => {
  const registry = createShortcutRegistry();
  const list = shortcut('a');
  const alarm = shortcut('a');
  registry.add(() => [list]);
  const remove = registry.add(() => [alarm]);
  assert.equal(pressKey(registry.list(), '', 'a').shortcut, alarm);
  remove();
  assert.equal(pressKey(registry.list(), '', 'a').shortcut, list);
});
