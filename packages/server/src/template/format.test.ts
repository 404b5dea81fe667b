import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { sprintf } from './format.ts';
import { formatFloat } from './number-format.ts';
import { createTextMap, type Value } from './value.ts';

function check(
  cases: readonly (readonly [want: string, format: string, ...args: Value[]])[],
): void {
  for (const [want, format, ...args] of cases) assert.equal(sprintf(format, args), want, format);
}

describe('printf', () => {
  it('formats texts', () => {
    check([
      ['a|  a|a  |ab', '%s|%3s|%-3s|%.2s', 'a', 'a', 'a', 'abc'],
      ['"a\\n\\"" `b`', '%q %#q', 'a\n"', 'b'],
      ['c3a9 C3', '%x %.1X', 'é', 'é'],
      ['a%b', '%s%%%s', 'a', 'b'],
      ['é  |', '%-3s|', 'é'],
    ]);
  });

  it('formats numbers', () => {
    check([
      [`'a' '\\'' '"' '\\x00'`, '%q %q %q %q', 97n, 39n, 34n, 0n],
      ['42 +42  42 00042 42   |   42', '%d %+d % d %05d %-5d|%5d', ...Array<bigint>(6).fill(42n)],
      ['-00042 0042', '%06d %.4d', -42n, 42n],
      [
        '2a 2A 0x2a 52 052 0o52 101010 * U+002A',
        '%x %X %#x %o %#o %O %b %c %U',
        ...Array<bigint>(9).fill(42n),
      ],
      [
        '3.141593 3.14 3.1e+00 3.14 03.14 +3.14',
        '%f %.2f %.1e %.3g %05.2f %+.2f',
        ...Array<number>(6).fill(3.14159265),
      ],
      ['1e+06 1E+06 123456.789', '%v %G %v', 1e6, 1e6, 123_456.789],
      ['+Inf  -Inf NaN', '%f %5.1f %v', Infinity, -Infinity, NaN],
      ['true true', '%t %v', true, true],
    ]);
  });

  it('formats collections, times and nothing', () => {
    check([
      [
        '[1 2] map["a":"b"] <nil>',
        '%v %q %v',
        { kind: 'list', type: 't', items: [1n, 2] },
        createTextMap([['a', 'b']]),
        null,
      ],
      [
        '1m0s 60000000000',
        '%s %d',
        { kind: 'duration', nanos: 60_000_000_000n },
        { kind: 'duration', nanos: 60_000_000_000n },
      ],
      ['1970-01-01 00:00:00 +0000 UTC', '%v', { kind: 'time', nanos: 0n }],
      ['string int float64 bool', '%T %T %T %T', 'a', 1n, 1, true],
    ]);
  });

  it('takes widths and arguments by number', () => {
    check([
      ['    7|7  |  3.14', '%*d|%-*d|%*.*f', 5n, 7n, 3n, 7n, 6n, 2n, 3.14159],
      ['b a', '%[2]s %[1]s', 'a', 'b'],
    ]);
  });

  it('says what does not fit, as fmt does', () => {
    check([
      ['%!d(string=x)', '%d', 'x'],
      ['%!s(int=1) %!f(int=1) %!d(float64=1.5)', '%s %f %d', 1n, 1n, 1.5],
      ['%!d(MISSING)', '%d'],
      ['1%!(EXTRA string=a, int=2)', '%d', 1n, 'a', 2n],
      ['%!(NOVERB)', '%'],
      ['%!d(BADINDEX)', '%[3]d', 1n],
      ['%!z(int=1) %!s(<nil>)', '%z %s', 1n, null],
      ['%!(BADWIDTH)1 1%!(BADPREC)2', '%*d %d%.*d', 'x', 1n, 1n, 'y', 2n],
    ]);
  });
});

describe('formatting floats', () => {
  it('rounds ties to even, as Go does and JavaScript does not', () => {
    const cases = [
      [0.5, 'f', 0, '0'],
      [1.5, 'f', 0, '2'],
      [2.5, 'f', 0, '2'],
      [0.125, 'f', 2, '0.12'],
      [0.375, 'f', 2, '0.38'],
      [1.25, 'e', 1, '1.2e+00'],
      [9.5, 'f', 0, '10'],
      [999.96, 'g', 4, '1000'],
      [9999.6, 'g', 4, '1e+04'],
      [0.96, 'f', 1, '1.0'],
      [0.04, 'f', 1, '0.0'],
      [0, 'e', 2, '0.00e+00'],
      [-0, 'g', 4, '-0'],
      [5e-324, 'g', 4, '4.941e-324'],
      [1e22, 'f', 1, '10000000000000000000000.0'],
    ] as const;
    for (const [value, verb, precision, want] of cases) {
      assert.equal(formatFloat(value, verb, precision), want, `${value} ${verb} ${precision}`);
    }
  });

  it('uses an exponent where Go does', () => {
    for (const [value, want] of [
      [0.0001, '0.0001'],
      [0.00001, '1e-05'],
      [999_999, '999999'],
      [1_000_000, '1e+06'],
      [123_456_789, '1.23456789e+08'],
      [1e100, '1e+100'],
      [0.1, '0.1'],
    ] as const) {
      assert.equal(formatFloat(value, 'g'), want);
    }
  });

  it('agrees with JavaScript wherever there is no tie', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 2000; round++) {
      const value = (random.float() - 0.5) * 10 ** Math.floor(random.float() * 40 - 20);
      const precision = Math.floor(random.float() * 12);
      const digits = value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
      assert.equal(formatFloat(value, 'e', precision), digits, `seed ${seed} round ${round}`);
      assert.equal(Number(formatFloat(value, 'g')), value, `seed ${seed} round ${round}`);
      if (Math.abs(value) < 1e8) {
        const plain = value.toFixed(precision);
        assert.equal(formatFloat(value, 'f', precision), plain, `seed ${seed} round ${round}`);
      }
    }
  });
});
