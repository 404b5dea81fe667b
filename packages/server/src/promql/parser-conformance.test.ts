/**
 * Every query in Prometheus' own scripts (promql/promqltest/testdata), where they are at hand:
 * those that are to fail do so when they are evaluated, so all of them must parse.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ParseError } from './parse-error.ts';
import { parseExpr } from './parser.ts';
import { formatExpr } from './printer.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDER = join(
  process.env['NINES_CONFORMANCE'] ?? join(ROOT, '../shared/conformance'),
  'promql',
);
const SCRIPTS = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.test'))
  : [];
const EVAL =
  /^\s*eval(?:_\w+)?\s+(?:instant(?:\s+at\s+\S+)?|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.*)$/;

for (const name of SCRIPTS) {
  test(`every query of ${name} parses and prints`, () => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').split('\n');
    let count = 0;
    lines.forEach((line, i) => {
      const query = EVAL.exec(line)?.[1];
      assert.ok(
        query !== undefined || !/^\s*eval/.test(line),
        `${name}:${i + 1} is not understood`,
      );
      if (query === undefined) return;
      count++;
      try {
        const printed = formatExpr(parseExpr(query));
        assert.equal(formatExpr(parseExpr(printed)), printed);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        assert.fail(`${name}:${i + 1}: ${query}: ${error.message}`);
      }
    });
    assert.ok(count > 0, `${name} has no queries`);
  });
}

test('the scripts are at hand', {
  skip: SCRIPTS.length === 0 ? 'no conformance data' : false,
}, () => {
  assert.ok(SCRIPTS.length > 0);
});
