/**
 * What the text format means and what it forbids, seen through the cache that reads it. The cases
 * are facts about Prometheus 3 (its parser's own tests among them).
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FormatBench } from './testing.ts';
import { TextFault } from './text-lexer.ts';
import { TextPool } from './text-pool.ts';

const createBench = (): FormatBench => new FormatBench({ format: 'text', pool: new TextPool() });
const parse = (body: string | Buffer): string[] => createBench().read(body).rows();

const check = (body: string, ...wants: readonly string[]): void =>
  assert.deepEqual(parse(body), wants, JSON.stringify(body));

describe('a sample line', () => {
  it('is a name, perhaps labels, and a value', () => {
    check('a 1\n', 'a 1');
    check('a{} 1', 'a 1');
    check('a{b="c"} 2.5\nsome:rule{x_1="y"}\t3', 'a{b="c"} 2.5', 'some:rule{x_1="y"} 3');
  });

  it('may have blanks wherever a token ends', () => {
    check('a { b = "c" , d= "e", } 8.3835e-05', 'a{b="c", d="e"} 0.000083835');
    check('\ta \t 1 \t\n  a{b="c"}  2', 'a 1', 'a{b="c"} 2');
  });

  it('may leave the comma between labels out, and the blank before the value', () => {
    check('a{b="c" d="e"}1', 'a{b="c", d="e"} 1');
    check('a{b="c"}-Inf', 'a{b="c"} -Infinity');
    check('a-1\nb+2', 'a -1', 'b 2');
  });

  it('may carry a time', () => {
    check('a 33  \t123123', 'a 33 @123123');
    check('a 1 0\nb NaN 5', 'a 1 @0', 'b NaN @5');
  });

  it('knows the escapes of values', () => {
    check(String.raw`a{b="\"x\"\\\n\t"} 1`, String.raw`a{b="\"x\"\\\n\\t"} 1`);
    assert.deepEqual(parse('a{b="one\ntwo"} 1'), [`a{b="one\\ntwo"} 1`]);
  });

  it('may quote names that are not plain', () => {
    check('{"go.gc",quantile="0"} 4', '{"go.gc", quantile="0"} 4');
    check('{ b="c", "a.b" , } 1', '{"a.b", b="c"} 1');
    check(
      String.raw`{"a \"b\"","strange©\n"="6"} 10`,
      String.raw`{"a \"b\"", "strange©\n"="6"} 10`,
    );
    check('{"plain"} 1', 'plain 1');
  });

  it('has no label where the value is empty', () => check('a{b="",c="d"} 1', 'a{c="d"} 1'));

  it('may hold a NUL in a value', () => {
    assert.equal(parse('a{b="abc\0"} 1').length, 1);
  });

  it('ends with the body, newline or not, and blank lines are nothing', () => {
    check('\n\n  \na 1\n\t\n', 'a 1');
    check('');
    check('\n');
  });
});

describe('a comment line', () => {
  it('is skipped', () => {
    check('# hello\n#\n#a\n  # b\n# HELPer a\n#HELP\n# TYPEA a\na 1', 'a 1');
  });

  it('fixes the form of the bounds of histograms and summaries', () => {
    const type = (name: string): string => `# TYPE a ${name}\na{le="1",quantile="0.50"} 1`;
    check(type('histogram'), 'a{le="1.0", quantile="0.50"} 1');
    check(type('summary'), 'a{le="1", quantile="0.5"} 1');
    check(type('gauge'), 'a{le="1", quantile="0.50"} 1');
    check('# TYPE a histogram\na{le="+Inf"} 1\na{le="x"} 2', 'a{le="+Inf"} 1', 'a{le="x"} 2');
  });

  it('may describe families, in any order', () => {
    const bench = createBench();
    const body = String.raw`# HELP b two-line\n doc  str\\ing
# HELP a
# TYPE a counter
# HELP "c.d"  spaced
# TYPE b untyped
a 1
`;
    bench.scrape(body);
    assert.deepEqual(Object.fromEntries(bench.cache.metadata()), {
      a: { type: 'counter', help: '', unit: '' },
      b: { type: 'unknown', help: 'two-line\n doc  str\\ing', unit: '' },
      'c.d': { type: 'unknown', help: ' spaced', unit: '' },
    });
  });
});

describe('a NUL', () => {
  it('ends the body where a line begins, and is nothing special inside a comment', () => {
    check('a 1\n\0b 2\n', 'a 1');
    check('a 1\n# x\0\nb 2\n', 'a 1', 'b 2');
  });
});

describe('a broken body', () => {
  const refuse = (body: string | Buffer, want: string, at?: number): void => {
    assert.throws(
      () => parse(body),
      (error) => {
        assert.ok(error instanceof TextFault, String(error));
        assert.equal(error.message, want, JSON.stringify(String(body)));
        if (at !== undefined) assert.equal(error.at, at);
        return true;
      },
    );
  };

  it('is refused with what stands where something else was expected', () => {
    refuse('a', String.raw`expected value after metric, got "\n"`, 1);
    refuse('a 1\nbb\n', String.raw`expected value after metric, got "\n"`, 6);
    refuse(`a{b='c'} 1`, `expected label value, got "'"`);
    refuse('a{b=\n', String.raw`expected label value, got "\n"`);
    refuse('a{b="c\n', String.raw`expected label value, got "\""`);
    refuse('a{b c="d"} 1', 'expected equal, got "c"');
    refuse('a{="x"} 1', 'expected label name, got "="');
    refuse('a{,} 1', 'expected label name, got ","');
    refuse('a{b="c",,} 1', 'expected label name, got ","');
    refuse('a{b="c"', String.raw`expected label name, got "\n"`);
    refuse('a{1="c"} 1', 'expected label name, got "1"');
    refuse('a{b:c="d"} 1', 'expected equal, got ":"');
    refuse('{A} 0', 'expected equal, got "}"');
    refuse('a{b="c"}{d="e"} 1', 'expected value after metric, got "{"');
    refuse('1a 1', 'expected a metric name, a comment or "{", got "1"');
    refuse('a\0 1', '"\0" is not a number');
    refuse('a 1 -5', 'expected timestamp or new record, got "-"');
    refuse('a 1 5 6', 'expected next entry after timestamp, got "6"');
    refuse('a 0 1_2', 'expected next entry after timestamp, got "_"');
    refuse('a 1{', 'expected timestamp or new record, got "{"');
    refuse('a 1 99999999999999999999', 'timestamp is out of range');
  });

  it('is refused for its numbers', () => {
    refuse('a true', '"true" is not a number');
    refuse('a 1_2', 'unsupported character in float');
    refuse('a 1\r\n', '"1\r" is not a number');
    refuse('a 1e999', 'number "1e999" is out of range');
  });

  it('is refused for its names', () => {
    refuse('{a="ok"} 1', 'the series has no metric name');
    refuse('{} 1', 'the series has no metric name');
    refuse('a{"b"} 1', 'metric name already set');
    refuse('{"a","b"} 1', 'metric name already set');
    refuse('{""} 1', 'the metric name is empty');
    refuse('a{""="b"} 1', 'the name of a label is empty');
    refuse('a 1\na{b="1",b="2"} 1', 'label name "b" is not unique', 12);
    refuse('a{__name__="b"} 1', 'label name "__name__" is not unique');
  });

  it('is refused for its bytes', () => {
    refuse(Buffer.from('a{b="\xff"} 1', 'latin1'), 'label value is not valid UTF-8');
    refuse(Buffer.from('a{"\xff"="b"} 1', 'latin1'), 'name is not valid UTF-8');
    refuse(Buffer.from('a{\xff="b"} 1', 'latin1'), String.raw`expected label name, got "\xff"`);
    refuse(Buffer.from('# HELP a \xff', 'latin1'), 'help text is not valid UTF-8');
  });

  it('is refused for what it says of families', () => {
    refuse('# TYPE #\n', 'expected metric name after TYPE, got "#"');
    refuse('# HELP \n', String.raw`expected metric name after HELP, got "\n"`);
    refuse('# TYPE a\n', 'invalid metric type ""');
    refuse('# TYPE a  counter\n', 'invalid metric type " counter"');
    refuse('# TYPE a counter \n', 'invalid metric type "counter "');
    refuse('# TYPE a unknown\n', 'invalid metric type "unknown"');
    refuse('# TYPE a-b counter\n', 'invalid metric type "b counter"');
  });

  it('is refused for too many labels in one series', () => {
    const labels = Array.from({ length: 1025 }, (_, i) => `l${i}="x"`).join(',');
    refuse(`a{${labels}} 1`, 'more than 1024 labels in one series');
  });
});

describe('bodies that others wrote', () => {
  const beside = join(import.meta.dirname, '../../../../../shared/conformance');
  const folder = process.env.NINES_CONFORMANCE ?? beside;
  const skip = existsSync(folder) ? false : 'no conformance data';

  it('reads Prometheus’ benchmark inputs whole', { skip }, () => {
    for (const file of readdirSync(join(folder, 'textparse'))) {
      if (!file.endsWith('.prom.txt')) continue;
      const body = readFileSync(join(folder, 'textparse', file));
      const lines = body.toString().split('\n');
      const want = lines.filter((line) => line !== '' && !line.startsWith('#')).length;
      assert.equal(parse(body).length, want, file);
    }
  });

  it('agrees with Prometheus’ server on the corpus of the format’s own parser', { skip }, () => {
    const corpus = join(folder, 'expfmt', 'corpus');
    const accepted = readdirSync(corpus).filter((file) => {
      try {
        parse(readFileSync(join(corpus, file)));
        return true;
      } catch (error) {
        assert.ok(error instanceof TextFault, `${file}: ${String(error)}`);
        return false;
      }
    });
    // The errors among them are about families, unknown escapes and a last line without its end,
    // none of which a server minds; in turn it refuses times below 0 (parse_3).
    assert.deepEqual(accepted, [
      'from_test_parse_0',
      'from_test_parse_1',
      'from_test_parse_2',
      'from_test_parse_4',
      ...[0, 1, 12, 13, 14, 19, 2, 7].map((i) => `from_test_parse_error_${i}`),
      'minimal',
    ]);
  });
});
