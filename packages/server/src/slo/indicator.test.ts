import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { describeTerms, parseCountedQuery } from './indicator.ts';

describe('an expression that can be counted', () => {
  const check = (text: string, want: string): void => {
    void it(text, () => {
      const query = parseCountedQuery(text);
      assert.ok('terms' in query, 'message' in query ? query.message : '');
      assert.equal(describeTerms(query), want);
    });
  };
  const X = '1{"__name__"="x"}';
  const Y = '1{"__name__"="y"}';

  check('x', X);
  check('sum(x)', X);
  check('sum by (code) (x)', X);
  check('sum without (code) (x)', X);
  check('sum(x) + (sum(y))', `${X} ${Y}`);
  check('x - y', `-${Y} ${X}`);
  check('x - (y - x)', `-${Y} ${X} ${X}`);
  check('x{b="2",a="1"}', '1{"__name__"="x","a"="1","b"="2"}');
  check('{__name__="x"}', X);
  check('sum(x{code!~"5..|429"})', '1{"__name__"="x","code"!~"5..|429"}');
});

describe('an expression that cannot be counted', () => {
  const check = (text: string, want: RegExp): void => {
    void it(text, () => {
      const fault = parseCountedQuery(text);
      assert.ok('message' in fault);
      assert.match(fault.message, want);
    });
  };
  check(
    'sum(rate(x{a="1"}[5m]))',
    /rate\(\) is an estimate.*write the counter itself, x\{a="1"\}$/,
  );
  check('increase(x[1h])', /the counter itself, x$/);
  check(
    'sum(rate(x[5m])) / sum(rate(y[5m]))',
    /as good \(or bad\) and total: sum\(x\) and sum\(y\)/,
  );
  check('sum(x) or vector(0)', /take "or …" out/);
  check('sum(x) * 2', /"\*" is not supported by this version/);
  check('avg(x)', /avg of counters is no count/);
  check('x offset 5m', /cannot be shifted in time/);
  check('x @ 5', /cannot be shifted in time/);
  check('x[5m]', /want counters/);
  check('-x', /want counters/);
  check('5', /want counters/);
  check('histogram_quantile(0.9, x)', /histogram_quantile\(\) is not supported/);
  check('sum(x', /parse error/);
  check(Array.from({ length: 21 }, () => 'x').join(' + '), /21 counters; at most 20/);

  it('survives hostile text', () => {
    const seed = 20_260_401;
    const random = createSeededRandom(seed);
    const pieces = [
      'sum',
      '(',
      ')',
      'x',
      '{a="',
      '"}',
      '[5m]',
      ' + ',
      ' - ',
      'rate',
      ' or ',
      '@',
      '\u0000',
    ];
    for (let round = 0; round < 2000; round++) {
      const length = Math.floor(random.float() * 12);
      const pick = (): string => pieces[Math.floor(random.float() * pieces.length)];
      const text = Array.from({ length }, pick).join('');
      const read = parseCountedQuery(text);
      assert.ok('terms' in read || read.message !== '', `seed ${seed}, round ${round}: ${text}`);
    }
  });
});
