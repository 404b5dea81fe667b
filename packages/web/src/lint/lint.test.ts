import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { draftFile, isAboutExpression } from './draft-file.ts';

describe('a rule that is tried out', () => {
  it('is linted as a file, whatever stands in its expression', () => {
    const rule = { name: '', group: '', expression: 'up{job="a"}\n  == 0 # "x"', forMs: 90_000 };
    const { text } = draftFile(rule);
    assert.deepEqual(JSON.parse(text), {
      groups: [{ name: 'new', rules: [{ alert: 'New', expr: rule.expression, for: '1m30s' }] }],
    });
  });

  it('is told what is wrong with its expression, not with what it has not yet', () => {
    const checks = ['promql/series', 'alerts/for', 'alerts/summary', 'alerts/objective'];
    assert.deepEqual(
      checks.filter((check) => isAboutExpression({ check })),
      ['promql/series', 'alerts/for'],
    );
  });
});
