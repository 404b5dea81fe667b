import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findProbation, readProbation } from './probation.ts';
import { readRuleFile } from './rule-file.ts';

const read = (days: string, author = 'mina') =>
  readProbation({ nines_probation: days, nines_author: author });

const faultOf = (days: string, author?: string): string => {
  const fault = read(days, author);
  return typeof fault === 'string' ? fault : 'no fault';
};

describe('probation', () => {
  it('is two days and an author', () => {
    assert.deepEqual(read('2026-11-24/2026-12-08'), {
      author: 'mina',
      fromMs: Date.UTC(2026, 10, 24),
      untilMs: Date.UTC(2026, 11, 8),
    });
    assert.equal(readProbation({ nines_author: 'mina' }), undefined);
  });
  it('says what it cannot read', () => {
    const wrong = [
      '',
      '2026-12-08',
      '2026-12-08/2026-11-24',
      '2026-11-24/2026-11-24',
      '2026-11-24/2026-11-31',
      '2026-13-01/2026-14-01',
      ' 2026-11-24/2026-12-08',
    ];
    for (const days of wrong) assert.match(faultOf(days), /must be the first day/, days);
    for (const author of ['', 'Mina', 'a b', '{{ $labels.who }}']) {
      assert.match(faultOf('2026-11-24/2026-12-08', author), /needs nines_author/, author);
    }
    assert.equal(findProbation({ nines_probation: 'soon' }), undefined);
  });
  it('is refused in a file with its place', () => {
    const text = [
      'groups:',
      '  - name: shop',
      '    rules:',
      '      - alert: Down',
      '        expr: up == 0',
      '        annotations:',
      '          nines_probation: two weeks',
    ].join('\n');
    const { faults } = readRuleFile({ text, file: 'r.yml', checkExpression: () => undefined });
    assert.equal(faults.length, 1);
    assert.deepEqual([faults[0].line, faults[0].column], [7, 28]);
    assert.match(faults[0].message, /^group "shop", rule 1, "Down": nines_probation must be/);
  });
});
