import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { expand, list, vector } from './template-testing.ts';
import { createAnyMap, createTextMap } from '../template/index.ts';

describe('the bounds of templates', () => {
  it('stop what would run, grow, nest or query without end', () => {
    const thousand = list(...Array.from({ length: 1000 }, () => 'x'));
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        '{{ range . }}{{ range $ }}{{ end }}{{ range $ }}{{ . }}{{ . }}{{ end }}{{ end }}',
        /stopped after/,
      ],
      ['{{ range 9000000000000000000 }}{{ end }}', /stopped after/],
      ['{{ $x := "xxxxxxxx" }}{{ range . }}{{ $x = print $x $x }}{{ end }}', /output is longer/],
      ['{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}', /maximum template depth/],
      ['{{ range . }}{{ query "up" }}{{ end }}', /more than 64 queries/],
      [`{{ ${'('.repeat(100)}1${')'.repeat(100)} }}`, /nested deeper/],
      ['{{ if 1 }}'.repeat(100), /nested deeper/],
      ['x'.repeat(70_000), /longer than/],
      ['{{ printf "%999999999d" 1 }}', /^%!\(BADWIDTH\)1$/],
      [`{{ match "${'a'.repeat(5000)}" "a" }}`, /pattern is longer/],
    ];
    for (const [template, want] of cases)
      assert.match(expand(template, thousand), want, template.slice(0, 60));
  });

  it('hold for hostile templates', () => {
    const seed = 20260523;
    const random = createSeededRandom(seed);
    const pieces = [
      '{{',
      '}}',
      '{{- ',
      ' -}}',
      ' ',
      '\n',
      '.',
      '.a',
      '.l',
      '.m.k',
      '$',
      '$x',
      ':=',
      '=',
      ',',
      '|',
      '(',
      ')',
      'if ',
      'else ',
      'end',
      'range ',
      'with ',
      'define "t"',
      'template "t" .',
      'block "u" .',
      'break',
      'continue',
      'nil',
      'true',
      '1',
      '-2.5e3',
      "'c'",
      '"s"',
      '"\\x80"',
      '`r`',
      '/*',
      '*/',
      'print ',
      'printf "%[2]*.[1]*f%q%v%x" ',
      'len ',
      'index ',
      'slice ',
      'eq ',
      'lt ',
      'and ',
      'or ',
      'query "up"',
      'first ',
      'sortByLabel "a"',
      'humanize ',
      'toTime',
      'toDuration',
      '.Format "2006"',
      '.Add',
      'reReplaceAll "(" "$1"',
      'match "a|b"',
      'é',
      '\u0000',
      '😀',
      '%',
      '"',
    ];
    const data = createAnyMap([
      ['a', 'x'],
      ['l', list(1n, 2.5, 'y', null)],
      ['m', createTextMap([['k', 'v']])],
    ]);
    const found = vector([{ a: 'b' }, 1]);
    const pick = (): string => pieces[Math.floor(random.float() * pieces.length)];
    let expandedCount = 0;
    for (let round = 0; round < 4000; round++) {
      const inner = Array.from({ length: 1 + Math.floor(random.float() * 8) }, pick).join('');
      const text = random.float() < 0.7 ? `{{ ${inner} }}` : inner + pick() + pick();
      // Anything but a TemplateError fails inside `expand`.
      const answer = expand(text, data, found);
      if (!answer.startsWith('!')) expandedCount++;
      assert.ok(answer.length < 300_000, `seed ${seed} round ${round}`);
    }
    assert.ok(expandedCount > 200, `seed ${seed}: only ${expandedCount} expanded`);
  });
});
