/** The reference names what the table knows, row for row. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Convention, KINDS } from '../model.ts';
import { parseRecipe } from '../recipe.ts';
import { CONVENTIONS } from './table.ts';

const PAGE = join(import.meta.dirname, '../../../../../docs/reference/signals.md');

const code = (text: string): string => `\`${text}\``;

/** A row of the reference: who, and what is read for which kind. */
function formatRow(convention: Convention): string {
  const { name, source, requests = [], signals = [] } = convention;
  const who = source.startsWith('https:') ? `[${name}](${source})` : name;
  const star = (metric: string): string => (metric.startsWith('_') ? `*${metric}` : metric);
  const parts = requests.map(({ durations, counters }) =>
    [
      ...durations.map(({ metric, unit }) =>
        unit === 'seconds' ? code(star(metric)) : `${code(star(metric))} (ms)`,
      ),
      ...counters.map((metric) => code(star(metric))),
    ].join(', '),
  );
  for (const kind of KINDS) {
    const metrics = signals
      .filter((signal) => signal.kind === kind)
      .flatMap(({ lines }) => lines.flatMap(({ expression }) => parseRecipe(expression).metrics));
    if (metrics.length > 0) parts.push(`${kind}: ${[...new Set(metrics)].map(code).join(', ')}`);
  }
  return `| ${who} | ${parts.join('; ')} |`;
}

describe('docs/reference/signals.md', () => {
  const [, names] = /## Names\n(.*?)\n## /s.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const rows = names.split('\n').filter((line) => line.includes('`'));
  it('has the table of conventions, in its order', () => {
    assert.deepEqual(rows, CONVENTIONS.map(formatRow));
  });
});
