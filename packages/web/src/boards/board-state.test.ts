import assert from 'node:assert/strict';
import test from 'node:test';
import type { BoardVariable } from '@nines/contract';
import { formatBoardState, parseBoardState, resolveValues } from './board-state.ts';

const variable = (name: string, more: Partial<BoardVariable> = {}): BoardVariable => ({
  name,
  title: name,
  label: name,
  of: 'up',
  defaultValue: null,
  hasAll: true,
  ...more,
});
const usual = {
  rangeMs: 6 * 3_600_000,
  variables: [variable('zone'), variable('job', { hasAll: false, defaultValue: 'front' })],
};

test('what is usual needs no words in the URL', () => {
  const state = parseBoardState(usual, '');
  assert.deepEqual(state, { span: { kind: 'last', lengthMs: 6 * 3_600_000 }, chosen: {} });
  assert.equal(formatBoardState(usual, state), '');
});

test('range and choices survive the URL', () => {
  for (const search of [
    'zone=a%26b&range=1h',
    'zone=&job=pay',
    'zone=x&from=1000&to=2000',
    'range=7d',
  ]) {
    assert.equal(formatBoardState(usual, parseBoardState(usual, search)), search);
  }
});

test('what the board does not know is left out', () => {
  assert.deepEqual(parseBoardState(usual, 'job=&other=1').chosen, {});
});

test('a value is the chosen one, the default, all, or the first', () => {
  const { variables } = usual;
  assert.deepEqual(resolveValues(variables, {}, {}), { zone: null, job: 'front' });
  assert.deepEqual(resolveValues(variables, { zone: 'a', job: 'pay' }, {}), {
    zone: 'a',
    job: 'pay',
  });
  const one = [variable('zone', { hasAll: false })];
  assert.equal(resolveValues(one, {}, {}), undefined);
  assert.deepEqual(resolveValues(one, {}, { zone: ['b', 'c'] }), { zone: 'b' });
  assert.deepEqual(resolveValues(one, {}, { zone: [] }), { zone: '' });
});
