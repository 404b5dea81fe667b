import assert from 'node:assert/strict';
import test from 'node:test';
import { type Digits, formatDecimal } from './decimal.ts';

const LOCALES = ['en-GB', 'ko-KR'] as const;

/** As Intl writes it in every language that the page speaks. */
function check(value: number, digits: Digits): void {
  const options =
    'fractionMax' in digits
      ? { maximumFractionDigits: digits.fractionMax }
      : { maximumSignificantDigits: digits.significantMax };
  for (const locale of LOCALES) {
    const want = value.toLocaleString(locale, options);
    assert.equal(formatDecimal(value, digits), want, `${value} ${JSON.stringify(digits)}`);
  }
}

test('numbers have separators, and no zeros at their end', () => {
  for (const value of [0, 1, 999, 1000, 12_480, 1_234_567.891, -1500, -1_234_567.5, 1e20]) {
    check(value, { fractionMax: 0 });
    check(value, { fractionMax: 2 });
  }
});

test('digits that count are kept, of small numbers too', () => {
  for (const value of [0, 1.5, 0.0312, 0.00001234, 999.96, 1234.5, 99_999, 1e-9, -0.04567]) {
    check(value, { significantMax: 1 });
    check(value, { significantMax: 3 });
    check(value, { significantMax: 15 });
  }
});

test('a half is rounded away from zero', () => {
  for (const value of [0.5, 1.5, 2.5, -0.5, -2.5, 0.125, -0.375]) {
    check(value, { fractionMax: 0 });
    check(value, { fractionMax: 2 });
    check(value, { significantMax: 2 });
  }
});

test('any number is written as Intl writes it', () => {
  // The same numbers every time.
  const SEED = 20_261_123;
  let state = SEED;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let n = 0; n < 500; n++) {
    const value = (next() - 0.5) * 10 ** Math.floor(next() * 20 - 8);
    check(value, { fractionMax: Math.floor(next() * 4) });
    check(value, { significantMax: 1 + Math.floor(next() * 8) });
  }
});

test('what has no digits is told by its name', () => {
  assert.equal(formatDecimal(Number.NaN, { fractionMax: 2 }), 'NaN');
  assert.equal(formatDecimal(1e22, { fractionMax: 2 }), '1e+22');
});
