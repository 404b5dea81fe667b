import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, errorMessage, AppError } from '../platform/index.ts';
import { randomBelow, spoilText } from '../platform/testing.ts';
import { formatLabels } from '../series/index.ts';
import { parseMetric, parseSeriesLine, parseSeriesValues } from './series-notation.ts';

describe('the notation of series', () => {
  it('gives one value for each step', () => {
    const check = (text: string, want: string): void => {
      const values = parseSeriesValues(text);
      const texts = values.map((one) => (one.kind === 'float' ? String(one.value) : one.kind));
      assert.equal(texts.join(' '), want, text);
    };
    check('', '');
    check('1 -2.5e1 +3 Inf -Inf NaN .5', '1 -25 3 Infinity -Infinity NaN 0.5');
    check(' 0x2\n  1x1', '0 0 0 1 1');
    check('2+1.5x2 2-1x2 1+-1x1 -2+4x3', '2 3.5 5 2 1 0 1 0 -2 2 6 10');
    check('0.1+0.1x2', '0.1 0.2 0.30000000000000004');
    check('_ _x2 _x0 stale', 'gap gap gap stale');
    check('{{}} {{count:1 buckets:[1 2]}}+{{count:1}}x2 7', `${'histogram '.repeat(4)}7`);
  });

  it('refuses what is no value, and names it', () => {
    const check = (text: string, want: RegExp): void => {
      assert.throws(() => parseSeriesValues(text), want, text);
    };
    check('1,2', /^AppError: not a value: 1,2$/);
    check('1 one', /not a value: one/);
    check('1+1', /want x and a number after 1\+1/);
    check('{{count:1', /not a histogram/);
    check('{{buckets:[1] x:2}}', /unknown part of a histogram: x/);
    check('{', /not a value: \{/);
    check('1x1000000', /more than 1000000 values with 1x1000000; shorten the series/);
    check('1x999999 1', /more than 1000000 values with 1;/);
    check('_x99999999999999999999', /more than 1000000 values/);
  });

  it('reads a metric as its labels', () => {
    const check = (text: string, want: string): void => {
      assert.equal(formatLabels(parseMetric(text)), want, text);
    };
    check('up', '{__name__="up"}');
    check(' up{ job = "a", x=\'b\', } ', '{__name__="up", job="a", x="b"}');
    check('{"a metric", "l.x"="é"}', '{__name__="a metric", "l.x"="é"}');
    check('sum{by="a"}', '{__name__="sum", by="a"}');
    check('{}', '{}');
    check('', '{}');
    check('{a=""}', '{}');
    assert.throws(() => parseMetric('up{job="a"'), /1:11: parse error: unexpected end of input/);
    assert.throws(() => parseMetric('up{job=~"a"}'), /not a label: job=~"a"/);
    assert.throws(() => parseMetric('up + 1'), /1:4: parse error: unexpected/);
  });

  it('parts a metric from its values', () => {
    const { labels, values } = parseSeriesLine('x{a="} 5\\"",b=`{`} 1x1');
    assert.equal(formatLabels(labels), '{__name__="x", a="} 5\\"", b="{"}');
    assert.equal(values.length, 2);
  });

  it('ends on spoiled text, with an error that is expected', () => {
    const seed = 1_711;
    const random = createSeededRandom(seed);
    const corpus = [
      'up{job="a"} 1 _ 2+1x3 stale',
      '{"a b", c=\'d\'} {{schema:1 count:3 buckets:[1 2]}}x3 -Inf',
      'h {{count:1}}+{{count:1}}x4 0x10 _x3',
    ];
    const pieces = ['{{', '}}', 'x9', '+', '_', 'stale', 'NaN', 'x99999999', ' '];
    for (let i = 0; i < 2_000; i++) {
      const text = spoilText(random, corpus, pieces).slice(0, 64 + randomBelow(random, 400));
      try {
        parseSeriesLine(text);
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}: ${text}: ${errorMessage(error)}`);
      }
    }
  });
});
