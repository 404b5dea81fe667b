import assert from 'node:assert/strict';
import test from 'node:test';
import type { SignalUnit } from '@nines/contract';
import { formatObjective, formatRatio, formatUnit } from './unit.ts';

const spaces = (text: string) => text.replaceAll('\u00a0', ' ');

test('a number is written in its unit', () => {
  const check = (unit: SignalUnit, value: number, want: string) =>
    assert.equal(spaces(formatUnit(unit, value)), want);
  check('seconds', 0.84, '840 ms');
  check('seconds', 0, '0 ms');
  check('per_second', 1912, '1.91k/s');
  check('ratio', 0.031, '3.1 %');
  check('bytes', 190 * 2 ** 20, '190 MiB');
  check('count', 12_480, '12.5k');
});

test('a share has two digits that matter, and is never rounded up to the whole', () => {
  const check = (ratio: number, want: string) => assert.equal(spaces(formatRatio(ratio)), want);
  check(0, '0 %');
  check(0.61, '61 %');
  check(0.0996, '10 %');
  check(0.000213, '0.021 %');
  check(0.0000001, '<0.0001 %');
  check(0.99999, '99.99 %');
  check(1, '100 %');
  check(2.5, '250 %');
});

test('an objective keeps all its nines', () => {
  assert.equal(spaces(formatObjective(0.99999)), '99.999 %');
  assert.equal(spaces(formatObjective(0.995)), '99.5 %');
  assert.equal(spaces(formatObjective(0.0144)), '1.44 %');
});
