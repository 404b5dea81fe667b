import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { joinPieces } from '../platform/testing.ts';
import { checkMetrics, type ExpositionFormat, guessFormat } from './metrics-check.ts';

/** Findings as `line:column message`. */
function check(format: ExpositionFormat, text: string, hasAdvice = false): string[] {
  const findings = checkMetrics(Buffer.from(text), { format, hasAdvice });
  return findings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const strict = (text: string): string[] => check('openmetrics', text);

describe('check of OpenMetrics', () => {
  it('finds nothing wrong with what the specification shows', () => {
    const texts = [
      '# EOF',
      '# TYPE a counter\n# UNIT a \n# HELP a \\"x\\\\\na_total 1 # {trace_id="b"} 0.5 1.5\na_created 1\n# EOF\n',
      '# TYPE a_seconds histogram\n# UNIT a_seconds seconds\na_seconds_bucket{le="0.1"} 1 # {} 0.05\n' +
        'a_seconds_bucket{le="+Inf"} 2\na_seconds_count 2\na_seconds_sum 3.5\n# EOF\n',
      '{"ein Name",x="1"} 1 1.5e3\n# EOF\n',
      '# TYPE "ein Name" gauge\n{"ein Name","ein Label"="1"} -Inf\n# EOF\n',
      '# TYPE a gauge\na{x="1"} 1 1\na{x="1"} 2 2\na{x="2"} 1 1\n# EOF\n',
      '# TYPE a stateset\na{a="x",b="1"} 0\na{a="y",b="1"} 1\n# EOF\n',
    ];
    for (const text of texts) assert.deepEqual(strict(text), [], text);
  });

  it('tells each fault with its place', () => {
    const cases: readonly (readonly [text: string, want: string])[] = [
      ['a 1\n', '1:1 the last line must be "# EOF"'],
      ['a 1\n# EOF\nb', '3:1 nothing may follow "# EOF"'],
      ['\n# EOF', '1:1 blank lines are not allowed'],
      ['a  1\n# EOF', '1:3 the value is missing; exactly one space stands before it'],
      ['a{b="1",} 1\n# EOF', '1:9 "" is not a label name'],
      ['a{b="1" } 1\n# EOF', '1:8 expected "," or "}", got " "'],
      ['a{b="1",b="2"} 1\n# EOF', '1:9 label "b" stands twice'],
      ['a 1 NaN\n# EOF', '1:5 a timestamp must be a number of seconds'],
      ['a 0x1\n# EOF', '1:3 value: "0x1" is not a number'],
      ['# TYPE a untyped\n# EOF', '1:10 "untyped" is not a type; want one of unknown, gauge'],
      ['# TYPE a gauge\na 1 # {} 1\n# EOF', '2:5 only buckets of histograms and totals'],
      ['# TYPE a counter\na_total -1\n# EOF', '2:9 a_total: must not be negative'],
      ['a 1\n# TYPE a gauge\n# EOF', '2:1 # TYPE must stand before the samples of "a"'],
      ['a 1\nb 1\na 2\n# EOF', '3:1 "a" clashes with the family "a" of line 1: both have "a"'],
      ['# HELP a x\n# HELP a x\n# EOF', '2:1 "a" has a second # HELP'],
      ['# TYPE a gauge\na{b="é"} 1\na{b="é"} x\n# EOF', '3:10 value: "x" is not a number'],
      ['# TYPE a histogram\na_bucket{le="1"} 1\n# EOF', '2:1 histogram "a" has no bucket'],
    ];
    for (const [text, want] of cases) {
      const got = strict(text);
      assert.ok(got[0]?.startsWith(want), `${text}: want ${want}, got ${got.join(' | ')}`);
    }
  });

  it('goes on after a fault and finds the next', () => {
    assert.equal(strict('a x\nb y\nc 1\n').length, 3);
    assert.equal(strict('x y z\n'.repeat(10_000)).length <= 202, true);
  });

  it('answers the verdicts that the specification fixes for exemplars', () => {
    const line = (labels: string): string =>
      `# TYPE a counter\na_total 1 # {a="${labels}"} 1\n# EOF\n`;
    assert.deepEqual(strict(line('☃'.repeat(127))), []);
    assert.match(strict(line('☃'.repeat(128)))[0], /^2:13 the labels of the exemplar have 129/);
  });
});

describe('check of text', () => {
  it('reads what scrapes read, and tells the place of what they would refuse', () => {
    assert.deepEqual(check('text', '# a comment\n\nup{a="1"} 1 1500\n  down 2\n'), []);
    assert.match(check('text', 'up 1\nup{a=1} 2\nup x\n')[0], /^2:6 expected label value/);
    assert.equal(check('text', 'up 1\nup{a=1} 2\nup x\n').length, 2);
    assert.match(check('text', 'a{b="two\nlines"} 1\nc d\n')[0], /^3:3 "d" is not a number/);
  });

  it('tells what is legal and always a mistake', () => {
    assert.deepEqual(check('text', 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n'), [
      '2:1 this series stands twice',
    ]);
    const late = '# TYPE a gauge\n# TYPE a counter\nb 1\n# TYPE b gauge\n';
    assert.deepEqual(check('text', late), [
      '2:1 "a" has a second # TYPE',
      '4:1 # TYPE must stand before the samples of "b"',
    ]);
  });

  it('advises on names, units and help texts', () => {
    const advice = (text: string): string[] => check('text', text, true);
    assert.deepEqual(advice('# HELP a_seconds x\n# TYPE a_seconds gauge\na_seconds 1\n'), []);
    for (const [text, want] of [
      ['a 1\n', '1:1 a has no help text'],
      ['# HELP a x\n# TYPE a counter\na 1\n', '1:1 a is a counter; its name should end'],
      ['# HELP a_total x\n# TYPE a_total gauge\na_total 1\n', '1:1 a_total ends with "_total"'],
      ['# HELP a_ms x\na_ms 1\n', '1:1 a_ms should not abbreviate a unit: "ms"'],
      ['# HELP a_millimeters x\na_millimeters 1\n', '1:1 a_millimeters should use the unit "m'],
      ['# HELP aB x\naB 1\n', '1:1 aB should be written in snake_case'],
      ['# HELP a:b x\na:b 1\n', '1:1 a:b has a ":"'],
      ['# HELP a x\na{myLabel="1"} 1\n', '1:1 a has the label "myLabel"'],
      ['# HELP a x\n# TYPE a gauge\na{le="1"} 1\n', '1:1 a has the label "le"'],
      ['# HELP a_gauge x\n# TYPE a_gauge gauge\na_gauge 1\n', '1:1 a_gauge should not have its t'],
    ] as const) {
      const got = advice(text);
      assert.equal(got.length, 1, `${text}: ${got.join(' | ')}`);
      assert.ok(got[0].startsWith(want), `want ${want}, got ${got[0]}`);
    }
    const counter = '# HELP a x\n# TYPE a counter\na_total 1\n# EOF';
    assert.deepEqual(check('openmetrics', counter, true), []);
  });

  it('takes a text for OpenMetrics by its end', () => {
    assert.equal(guessFormat(Buffer.from('a 1\n# EOF\n')), 'openmetrics');
    assert.equal(guessFormat(Buffer.from('a 1\n')), 'text');
  });
});

describe('check of anything', () => {
  it('never throws, whatever bytes come', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const words = [
      'a',
      '{',
      '}',
      '"',
      '=',
      ',',
      ' ',
      '\n',
      '# ',
      'TYPE a ',
      'histogram',
      'NaN',
      '1',
    ];
    words.push(
      'le',
      '\\',
      '\0',
      'é',
      '_bucket',
      '# EOF\n',
      '\u{1f600}',
      ' # {',
      'summary',
      'HELP ',
    );
    for (let round = 0; round < 300; round++) {
      const text = joinPieces(random, words, 40);
      const bytes = Buffer.from(text);
      if (random.float() < 0.2) bytes[Math.floor(random.float() * bytes.length)] ^= 0x80;
      for (const format of ['text', 'openmetrics'] as const) {
        const run = (): unknown => checkMetrics(bytes, { format, hasAdvice: true });
        assert.doesNotThrow(run, `seed ${seed}: ${JSON.stringify(text)}`);
      }
    }
  });
});
