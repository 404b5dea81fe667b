import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lexer } from './lexer.ts';

/** Kinds of all tokens of a text, and their words where they differ. */
function check(text: string, want: string): void {
  const lexer = new Lexer(text);
  const got: string[] = [];
  for (lexer.advance(); lexer.kind !== 'eof'; lexer.advance()) {
    const word = text.slice(lexer.start, lexer.end);
    got.push(word === lexer.kind ? word : `${lexer.kind}:${word}`);
  }
  assert.equal(got.join(' '), want, text);
}

test('operators take the longest match', () => {
  check('+-*/%^', '+ - * / % ^');
  check('==!=<=>=</>/', '== != <= >= </ >/');
  check('< / > / = @', '< / > / = @');
  check('a<=b', 'identifier:a <= identifier:b');
});

test('words are reserved in any case, but not within braces', () => {
  check('Sum BY sum_by', 'sum:Sum by:BY identifier:sum_by');
  check(
    'sum{sum="a",by!~`b`}',
    'sum { identifier:sum = string:"a" , identifier:by !~ string:`b` }',
  );
  check('inf NaN infinity', 'number:inf number:NaN identifier:infinity');
  check('a:b :c by:by', 'metricIdentifier:a:b metricIdentifier::c metricIdentifier:by:by');
});

test('fill is a word of its own only before a parenthesis', () => {
  check('fill fill (1)', 'identifier:fill fill ( number:1 )');
  check('fill_left{} fill_right\n(1)', 'identifier:fill_left { } fill_right ( number:1 )');
});

test('within brackets only durations count', () => {
  check('[5m]', '[ duration:5m ]');
  check('[ 1 : 2m ]', '[ number:1 : duration:2m ]');
  check('[Step()+RANGE()]', '[ step:Step ( ) + range:RANGE ( ) ]');
  check('[5m+min_of(1,2)]', '[ duration:5m + min_of ( number:1 , number:2 ) ]');
  check('[5m]:a', '[ duration:5m ] metricIdentifier::a');
});

test('numbers and durations end where they must', () => {
  check('1 1. .5 1e5 1E-5 1_0', 'number:1 number:1. number:.5 number:1e5 number:1E-5 number:1_0');
  check('0x1F 0X_1 017', 'number:0x1F number:0X_1 number:017');
  check('5s 5ms 1h5m 1y2w3d', 'duration:5s duration:5ms duration:1h5m duration:1y2w3d');
  check('1+5m-2', 'number:1 + duration:5m - number:2');
});

test('strings end at their own quote', () => {
  check(`"a'b" 'a"b' \`a"b\``, `string:"a'b" string:'a"b' string:\`a"b\``);
  check(String.raw`"a\"b\\" "c"`, String.raw`string:"a\"b\\" string:"c"`);
  check('`a\nb`', 'string:`a\nb`');
});

test('comments end with their line', () => {
  check('a # b\nc', 'identifier:a identifier:c');
  check('a # b\rc', 'identifier:a identifier:c');
  check('a{ # }\n }', 'identifier:a { }');
  check('# all', '');
});

test('the end stays the end', () => {
  const lexer = new Lexer('a ');
  lexer.advance();
  for (let i = 0; i < 3; i++) {
    lexer.advance();
    assert.deepEqual([lexer.kind, lexer.start, lexer.end], ['eof', 2, 2]);
  }
});
