import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillVariables, listVariableUses, type VariableValues } from '@nines/contract';

const check = (expression: string, values: VariableValues, want: string) =>
  assert.equal(fillVariables(expression, values), want);

describe('fillVariables', () => {
  it('puts a value in as a literal of a regular expression', () =>
    check('up{job=~"$job"}', { job: 'a.b|c' }, String.raw`up{job=~"a\\.b\\|c"}`));
  it('puts a value in as it is after =', () =>
    check('up{job="$job"}', { job: 'a.b' }, 'up{job="a.b"}'));
  it('puts all values in', () => check('up{job=~"$job"}', { job: null }, 'up{job=~".*"}'));
  it('knows braces and what stands around', () =>
    check('up{i!~"${host}:.*"}', { host: 'h1' }, 'up{i!~"h1:.*"}'));
  it('lets no value out of its quotes', () => {
    check('up{a="$a"}', { a: '"} or vector(1) #\\' }, String.raw`up{a="\"} or vector(1) #\\"}`);
    check("up{a='$a'}", { a: "'\n" }, String.raw`up{a='\'\n'}`);
    check('up{a=`$a`}', { a: '`} or x' }, 'up{a=`} or x`}');
  });
  it('leaves other names, comments and what is outside of quotes', () => {
    check('up{a="$b"} # "$a"', { a: 'x' }, 'up{a="$b"} # "$a"');
    check('rate(x[$a])', { a: '5m' }, 'rate(x[$a])');
    check(
      'label_replace(up, "x", "$1", "y", "(.*)")',
      { a: 'x' },
      'label_replace(up, "x", "$1", "y", "(.*)")',
    );
    check('up{a="$constructor"}', {}, 'up{a="$constructor"}');
  });
  it('tells where variables are spoken of', () =>
    assert.deepEqual(listVariableUses('a{x =~ "$x-${y}"} + f("$z") + $w # $v'), [
      { name: 'x', operator: '=~', isQuoted: true },
      { name: 'y', operator: '=~', isQuoted: true },
      { name: 'z', operator: '', isQuoted: true },
      { name: 'w', operator: '', isQuoted: false },
    ]));
});
