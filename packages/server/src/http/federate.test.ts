import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSelector } from '../promql/index.ts';
import { createTestStoreOf } from '../promql/testing.ts';
import { createLabels, createMatcher } from '../series/index.ts';
import { federate } from './federate.ts';

const STORE = createTestStoreOf(10_000, {
  'up{job="a",instance="1"}': [1, 0],
  'up{job="b"}': [1],
  'gone{job="a"}': [1, 'stale'],
  'odd{text="a\\"b\\\\c\\nd"}': [Number.NaN],
  '{"with.dot","l.x"="y"}': [null, 2.5],
});

describe('federation', () => {
  const check = (
    selectors: readonly string[],
    text: string,
    more: { readonly allowsUtf8?: boolean; readonly external?: Record<string, string> } = {},
  ): void => {
    const answer = federate({
      queryable: STORE,
      selectors: selectors.map(parseSelector),
      nowMs: 20_000,
      lookbackMs: 300_000,
      externalLabels: createLabels(more.external ?? {}),
      allowsUtf8: more.allowsUtf8 ?? false,
    });
    assert.equal(answer, text);
  };

  it('gives the newest sample of each series once, by name, at its own time', () => {
    check(
      ['up', '{job="a"}'],
      '# TYPE up untyped\n' +
        'up{instance="1",job="a"} 0 10000\n' +
        'up{job="b",instance=""} 1 0\n',
    );
  });

  it('adds external labels where a series has none of its own', () => {
    check(['up{job="a"}'], '# TYPE up untyped\nup{instance="1",job="a",dc="x"} 0 10000\n', {
      external: { dc: 'x', instance: 'nines' },
    });
  });

  it('leaves out what has ended', () => {
    check(['gone'], '');
  });

  it('escapes values, and names as far as the reader needs it', () => {
    check(['odd'], '# TYPE odd untyped\nodd{text="a\\"b\\\\c\\nd",instance=""} NaN 0\n');
    const dotted = '{"with.dot"}';
    check([dotted], '# TYPE with_dot untyped\nwith_dot{l_x="y",instance=""} 2.5 10000\n');
    check([dotted], '# TYPE "with.dot" untyped\n{"with.dot","l.x"="y",instance=""} 2.5 10000\n', {
      allowsUtf8: true,
    });
  });

  it('answers nothing where nothing is older than the lookback', () => {
    const answer = federate({
      queryable: STORE,
      selectors: [[createMatcher('job', '=', 'a')]],
      nowMs: 10_000_000,
      lookbackMs: 300_000,
      externalLabels: createLabels({}),
      allowsUtf8: false,
    });
    assert.equal(answer, '');
  });
});
