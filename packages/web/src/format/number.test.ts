import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatPercent,
  formatRate,
  formatValue,
} from './number.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('counts have separators', () => {
  assert.equal(formatCount(0), '0');
  assert.equal(formatCount(12_480), '12,480');
});

test('compact numbers keep three digits', () => {
  const check = (value: number, want: string) => assert.equal(formatCompact(value), want);
  check(0, '0');
  check(0.0312, '0.0312');
  check(1.234, '1.23');
  check(42.19, '42.2');
  check(412, '412');
  check(1234, '1.23k');
  check(48_213, '48.2k');
  check(812_345_678, '812M');
  check(-1500, '-1.5k');
  check(Number.NaN, 'NaN');
  check(Number.POSITIVE_INFINITY, '+Inf');
});

test('values keep the digits that distinguish them', () => {
  const check = (value: number, want: string) => assert.equal(formatValue(value), want);
  check(0, '0');
  check(0.031245, '0.031245');
  check(1_234_567.25, '1,234,567');
  check(1e-9, '1.000e-9');
  check(Number.NEGATIVE_INFINITY, '−Inf');
});

test('rates and sizes carry their unit', () => {
  assert.equal(formatRate(1234), '1.23k/s');
  assert.equal(plain(formatBytes(512)), '512 B');
  assert.equal(plain(formatBytes(134_217_728)), '128 MiB');
  assert.equal(plain(formatBytes(1_610_612_736)), '1.5 GiB');
});

test('a percentage never rounds a miss up to 100', () => {
  const check = (ratio: number, want: string) => assert.equal(plain(formatPercent(ratio)), want);
  check(1, '100 %');
  check(0.99999, '99.99 %');
  check(0.88, '88 %');
  check(0.0312, '3.1 %');
  check(0, '0 %');
});
