import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseName, guessTitle, guessUnit, toDraft } from './draft.ts';

test('a unit is guessed where the expression tells it', () => {
  const check = (expression: string, want: ReturnType<typeof guessUnit>) =>
    assert.equal(guessUnit(expression), want, expression);
  check('sum by (code) (rate(http_requests_total[5m]))', 'per_second');
  check('histogram_quantile(0.99, sum by (le) (rate(x_seconds_bucket[5m])))', 'seconds');
  check('process_resident_memory_bytes', 'bytes');
  check('rate(node_cpu_seconds_total[5m])', null);
  check('rate(a[5m]) / rate(b[5m])', null);
  check('up', null);
});

test('a title is the expression in a line', () => {
  assert.equal(guessTitle('sum(\n  up\n)'), 'sum( up )');
  assert.equal(guessTitle('x'.repeat(100)).length, 60);
});

test('a new board gets a name that no other has', () => {
  const board = { title: '', description: null, panelCount: 1, file: '', hash: '' };
  const check = (title: string, want: string) =>
    assert.equal(
      chooseName(title, [
        { ...board, name: 'shop' },
        { ...board, name: 'board' },
      ]),
      want,
    );
  check('Orders & payments', 'orders-payments');
  check('Shop', 'shop-2');
  check('결제', 'board-2');
});

test('an empty legend is none', () => {
  const fields = { title: ' A ', kind: 'line', unit: null, legend: ' ' } as const;
  assert.deepEqual(toDraft('up', fields), {
    title: 'A',
    kind: 'line',
    unit: null,
    queries: [{ expression: 'up', legend: null }],
  });
});
