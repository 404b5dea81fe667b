import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeToken, LABEL_WORDS, METRIC_WORDS, OPERAND_STARTS, RESERVED } from './tokens.ts';

test('errors name tokens by their kind', () => {
  const check = (...[kind, text, want]: [Parameters<typeof describeToken>[0], string, string]) => {
    assert.equal(describeToken(kind, text), want);
  };
  check('eof', '', 'end of input');
  check('identifier', 'an_identifier_is_never_cut', 'identifier "an_identifier_is_never_cut"');
  check('metricIdentifier', 'a:b', 'metric identifier "a:b"');
  check('number', '0x1F', 'number "0x1F"');
  check('number', 'Inf', 'number "Inf"');
  check('duration', '5m', 'duration "5m"');
  check('string', "'a'", `string "'a'"`);
  check('by', 'BY', '<BY>');
  check('and', 'And', '<op:And>');
  check('=~', '=~', '<op:=~>');
  check('@', '@', '<op:@>');
  check('sum', 'sum', '<aggr:sum>');
  check('start', 'Start', '"Start"');
  check('(', '(', '"("');
  check('=', '=', '"="');
});

test('long literals are cut after ten characters, if longer than ten bytes', () => {
  assert.equal(describeToken('number', '1234567890'), 'number "1234567890"');
  assert.equal(describeToken('number', '12345678901'), 'number "1234567890"...');
  assert.equal(describeToken('string', '"éééé"'), 'string "\\"éééé\\""');
  assert.equal(describeToken('string', '"ééééé"'), 'string "\\"ééééé\\""...');
  assert.equal(describeToken('string', `'${'😀'.repeat(20)}'`), `string "'${'😀'.repeat(9)}"...`);
});

test('a reserved word is itself, or a number', () => {
  for (const [word, kind] of RESERVED) {
    assert.equal(kind, word === 'inf' || word === 'nan' ? 'number' : word);
  }
});

test('reserved words name metrics and labels, with exceptions', () => {
  const words = [...RESERVED.values()].filter((kind) => kind !== 'number');
  const not = (allowed: ReadonlySet<string>) => words.filter((kind) => !allowed.has(kind)).sort();
  assert.deepEqual(not(LABEL_WORDS), ['without']);
  const operators = ['atan2', 'bool', 'group_left', 'group_right', 'ignoring', 'on'];
  assert.deepEqual(not(METRIC_WORDS), operators);
  assert.deepEqual(not(OPERAND_STARTS), operators);
});
