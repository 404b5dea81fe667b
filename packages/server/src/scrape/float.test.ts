import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { formatOpenMetricsFloat, NOT_SIMPLE, parseFloatText, readDecimal } from './float.ts';

function read(text: string): { readonly end: number; readonly value: number } {
  const values = new Float64Array(1);
  const end = readDecimal(Buffer.from(`${text}\n`), 0, values, 0);
  return { end, value: values[0] };
}

describe('readDecimal', () => {
  it('reads simple numbers and says where they end', () => {
    const check = (text: string, want: number): void =>
      assert.deepEqual(read(text), { end: text.length, value: want }, text);
    check('0', 0);
    check('-0', -0);
    check('+12', 12);
    check('12.50', 12.5);
    check('.5', 0.5);
    check('5.', 5);
    check('1e3', 1000);
    check('1E-3', 0.001);
    check('7.424100000000001e-05', 7.424100000000001e-5);
    check('9007199254740991', 9007199254740991);
    check('1.7e+21', 1.7e21);
  });

  it('reads all digits that programs print, and more', () => {
    const check = (text: string): void =>
      assert.deepEqual(read(text), { end: text.length, value: Number(text) }, text);
    check('0.30000000000000004');
    check('-0.1000000000000000055511');
    check('98765432109.87654321');
    check('999000123456.00390625');
    check('1785341.6999999999');
    check('+00018446744073709551615');
    check('1.7976931348623157e+12');
    check('123456789012345678901234567890e-22');
  });

  it('leaves what lies half-way between two numbers', () => {
    for (const text of ['9007199254740993', '90071992547409930e-1', '4503599627370496.5']) {
      const { end, value } = read(text);
      if (end !== NOT_SIMPLE) assert.equal(value, Number(text), text);
    }
    assert.equal(read('9007199254740993').end, NOT_SIMPLE);
    assert.equal(read('123456789012345678901234567890.1').end, NOT_SIMPLE);
  });

  it('reads nearly all of what programs print without help', () => {
    const seed = 20260102;
    const random = createSeededRandom(seed);
    let leftCount = 0;
    for (let i = 0; i < 10_000; i++) {
      const text = String(random.float() * 10 ** Math.floor(random.float() * 12));
      const { end, value } = read(text);
      if (end === NOT_SIMPLE) leftCount++;
      else assert.ok(Object.is(value, Number(text)), `seed ${seed}: ${text}`);
    }
    assert.ok(leftCount < 20, `seed ${seed}: ${leftCount} of 10000 were left`);
  });

  it('stops at a blank', () => {
    const values = new Float64Array(1);
    assert.equal(readDecimal(Buffer.from('15 99\n'), 0, values, 0), 2);
    assert.equal(values[0], 15);
  });

  it('leaves what it cannot read exactly', () => {
    for (const text of [
      '',
      '-',
      '.',
      'e5',
      '1e',
      '1e+',
      'NaN',
      '+Inf',
      '0x10',
      '1_0',
      '1\r',
      '1{',
      '9007199254740993',
      '1e23',
      '1e-23',
      '1e99999999999999999999',
    ]) {
      assert.equal(read(text).end, NOT_SIMPLE, text);
    }
  });

  it('agrees with the exact conversion to the last bit', () => {
    const seed = 20260101;
    const random = createSeededRandom(seed);
    for (let i = 0; i < 20_000; i++) {
      const text = randomNumber(random);
      const { end, value } = read(text);
      if (end !== NOT_SIMPLE) assert.ok(Object.is(value, Number(text)), `seed ${seed}: ${text}`);
      const slow = parseFloatText(text);
      if (Number.isFinite(Number(text))) assert.ok(Object.is(slow, Number(text)), text);
    }
  });
});

function randomNumber(random: Random): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random.float() * 10)).join('');
  const sign = random.float() < 0.3 ? '-' : '';
  const whole = digits(Math.floor(random.float() * 20));
  const fraction = digits(Math.floor(random.float() * 20) + (whole === '' ? 1 : 0));
  const point = fraction === '' ? '' : `.${fraction}`;
  const power = random.float() < 0.5 ? '' : `e${Math.floor(random.float() * 60) - 30}`;
  return `${sign}${whole}${point}${power}`;
}

describe('parseFloatText', () => {
  it('reads the special values that Go knows', () => {
    const check = (text: string, want: number): void =>
      assert.ok(Object.is(parseFloatText(text), want), text);
    check('NaN', Number.NaN);
    check('nan', Number.NaN);
    check('+Inf', Number.POSITIVE_INFINITY);
    check('-inf', Number.NEGATIVE_INFINITY);
    check('Infinity', Number.POSITIVE_INFINITY);
    check('1e-400', 0);
  });

  it('says why a text is not a number', () => {
    const check = (text: string, want: string): void => assert.equal(parseFloatText(text), want);
    check('true', '"true" is not a number');
    check('+NaN', '"+NaN" is not a number');
    check('1_2', 'unsupported character in float');
    check('0x1p-3', 'unsupported character in float');
    check('0x10', '"0x10" is not a number');
    check('1e400', 'number "1e400" is out of range');
    check('1\r', '"1\r" is not a number');
  });
});

describe('formatOpenMetricsFloat', () => {
  it('writes every number in one way', () => {
    const check = (value: number, want: string): void =>
      assert.equal(formatOpenMetricsFloat(value), want);
    check(1, '1.0');
    check(0, '0.0');
    check(-1, '-1.0');
    check(0.25, '0.25');
    check(1e6, '1e+06');
    check(123456789, '1.23456789e+08');
    check(0.00001, '1e-05');
    check(Number.POSITIVE_INFINITY, '+Inf');
    check(Number.NaN, 'NaN');
  });
});
