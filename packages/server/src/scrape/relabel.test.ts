import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, labelsRecord } from '../series/index.ts';
import {
  compileRelabelRules,
  DEFAULT_RELABEL_CONFIG,
  type RelabelConfig,
  relabel,
} from './relabel.ts';

type Rule = Partial<RelabelConfig>;
type Record = Readonly<{ [name: string]: string }>;

/** Runs rules over labels; 'dropped' where a rule drops them. */
function run(labels: Record, ...rules: readonly Rule[]): Record | 'dropped' {
  const configs = rules.map((rule) => ({ ...DEFAULT_RELABEL_CONFIG, ...rule }));
  const result = relabel(createLabels(labels), compileRelabelRules(configs));
  return result === undefined ? 'dropped' : labelsRecord(result);
}

describe('relabel', () => {
  it('answers the same set where there are no rules', () => {
    const labels = createLabels({ a: '1' });
    assert.equal(relabel(labels, []), labels);
  });

  describe('replace', () => {
    const check = (labels: Record, rule: Rule, want: Record): void =>
      assert.deepEqual(run(labels, rule), want);

    it('fills the groups of the match in', () => {
      const rule = { sourceLabels: ['a'], regex: 'f(.*)', targetLabel: 'd' };
      check({ a: 'foo' }, { ...rule, replacement: 'ch${1}-ch${1}' }, { a: 'foo', d: 'choo-choo' });
    });

    it('joins its sources, an absent one as nothing', () => {
      const rule = { sourceLabels: ['a', 'no', 'b'], separator: '/', targetLabel: 'd' };
      check({ a: '1', b: '2' }, rule, { a: '1', b: '2', d: '1//2' });
    });

    it('does nothing where the expression does not match the whole text', () => {
      check({ a: 'boo' }, { sourceLabels: ['a'], regex: 'o', targetLabel: 'b' }, { a: 'boo' });
    });

    it('removes the target where the result is empty', () => {
      const rule = { sourceLabels: ['a'], regex: '(f).*', targetLabel: '$1', replacement: '$2' };
      check({ a: 'foo', f: 'baz' }, rule, { a: 'foo' });
    });

    it('sets a constant without sources', () => {
      check({ a: '1' }, { targetLabel: 'b', replacement: 'static' }, { a: '1', b: 'static' });
    });

    it('writes to a label whose name comes from the match', () => {
      const rule = { sourceLabels: ['a'], regex: 'some-([^-]+)-([^,]+)' };
      const named = { ...rule, targetLabel: '${1}', replacement: '${2}' };
      check({ a: 'some-name-value' }, named, { a: 'some-name-value', name: 'value' });
    });

    it('does nothing where the name from the match is not one', () => {
      const rule = { sourceLabels: ['a'], targetLabel: '${3}', replacement: 'x' };
      check({ a: 'v' }, rule, { a: 'v' });
      const legacy = { ...rule, targetLabel: '$1', nameValidation: 'legacy' } as const;
      check({ a: 'not.plain' }, legacy, { a: 'not.plain' });
    });

    it('matches across lines and knows named groups', () => {
      const rule = { sourceLabels: ['a'], regex: '(line1).*(?P<second>line2)' };
      const named = { ...rule, targetLabel: 'l_$1', replacement: 'val_$second' };
      check({ a: 'line1\nline2' }, named, { a: 'line1\nline2', l_line1: 'val_line2' });
    });
  });

  it('keeps and drops by a full match', () => {
    const labels = { a: 'foo' };
    const check = (action: 'keep' | 'drop', regex: string, isKept: boolean): void => {
      const want = isKept ? labels : 'dropped';
      assert.deepEqual(run(labels, { action, regex, sourceLabels: ['a'] }), want, regex);
    };
    check('keep', 'f.*', true);
    check('keep', 'f', false);
    check('keep', 'no-match', false);
    check('drop', '.*o.*', false);
    check('drop', 'f|o', true);
    check('drop', 'no-match', true);
  });

  it('stops at the first rule that drops', () => {
    const drop: Rule = { action: 'drop', regex: '.*o.*', sourceLabels: ['a'] };
    assert.equal(run({ a: 'foo' }, drop, { targetLabel: 'b', replacement: 'x' }), 'dropped');
  });

  it('keeps and drops by equality', () => {
    const labels = { p: '1234', p1: '1234', p2: '5678' };
    const check = (action: 'keepequal' | 'dropequal', targetLabel: string, kept: boolean): void => {
      const want = kept ? labels : 'dropped';
      assert.deepEqual(run(labels, { action, targetLabel, sourceLabels: ['p'] }), want);
    };
    check('keepequal', 'p1', true);
    check('keepequal', 'p2', false);
    check('dropequal', 'p1', false);
    check('dropequal', 'p2', true);
  });

  it('hashes into the same shards as Prometheus', () => {
    const check = (value: string, modulus: number, want: string): void => {
      const rule = { action: 'hashmod', sourceLabels: ['a'], targetLabel: 'd', modulus } as const;
      assert.deepEqual(run({ a: value }, rule), { a: value, d: want });
    };
    check('baz', 1000, '976');
    check('foo\nbar', 1000, '734');
    check('baz', 1, '0');
  });

  it('maps names, and does not see its own results', () => {
    const rule: Rule = { action: 'labelmap', regex: '(b.*)', replacement: 'b${1}' };
    const want = { a: 'foo', b1: 'bar', bb1: 'bar' };
    assert.deepEqual(run({ a: 'foo', b1: 'bar' }, rule), want);
  });

  it('drops and keeps labels by name', () => {
    const labels = { a: '1', b1: '2', b2: '3' };
    assert.deepEqual(run(labels, { action: 'labeldrop', regex: '(b.*)' }), { a: '1' });
    assert.deepEqual(run(labels, { action: 'labelkeep', regex: '(b.*)' }), { b1: '2', b2: '3' });
  });

  it('changes case', () => {
    const upper: Rule = { action: 'uppercase', sourceLabels: ['a'], targetLabel: 'u' };
    const lower: Rule = { action: 'lowercase', sourceLabels: ['a'], targetLabel: 'l' };
    const want = { a: 'bAr', u: 'BAR', l: 'bar' };
    assert.deepEqual(run({ a: 'bAr' }, upper, lower), want);
    assert.deepEqual(run({ a: 'straße' }, upper), { a: 'straße', u: 'STRAßE' });
  });

  it('sees what earlier rules made', () => {
    const first: Rule = {
      sourceLabels: ['a', 'b'],
      regex: 'f(.*);(.*)r',
      targetLabel: 'a',
      replacement: 'b${1}${2}m',
    };
    const second: Rule = {
      sourceLabels: ['c', 'a'],
      regex: '(b).*b(.*)ba(.*)',
      targetLabel: 'd',
      replacement: '$1$2$2$3',
    };
    const want = { a: 'boobam', b: 'bar', c: 'baz', d: 'boooom' };
    assert.deepEqual(run({ a: 'foo', b: 'bar', c: 'baz' }, first, second), want);
  });
});
