import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PanelDraft } from '@nines/contract';
import { formatBoard, formatPanel, insertPanel } from './panel-text.ts';
import { readBoard } from './read-board.ts';

const DRAFT: PanelDraft = {
  title: 'Failures: #1',
  kind: 'line',
  unit: null,
  queries: [{ expression: 'sum(rate(errors_total[5m]))', legend: null }],
};

const check = (before: string, want: string, panel: PanelDraft = DRAFT) => {
  const after = insertPanel(before, panel);
  assert.equal(after, want);
  const { board, faults } = readBoard({ file: 'a.yaml', text: after });
  assert.deepEqual(faults, []);
  const added = board.panels.at(-1);
  assert.equal(added?.title, panel.title);
  assert.deepEqual(added?.queries, panel.queries);
};

describe('insertPanel', () => {
  it('adds lines and leaves every other byte alone', () => {
    const before = [
      '# Owned by the shop.',
      'title:    Shop   # aligned by hand',
      'panels:',
      '    - title: "A"     # first',
      '      queries: [ {expr: up} ]   # odd blanks',
      '',
      '# What follows is not about panels.',
      'range:   6h',
      '',
    ].join('\n');
    const want = before.replace(
      '# odd blanks\n',
      [
        '# odd blanks',
        '    - title: "Failures: #1"',
        '      queries:',
        '        - expr: sum(rate(errors_total[5m]))',
        '',
      ].join('\n'),
    );
    check(before, want);
  });
  it('adds to a list at the beginning of its lines', () =>
    check(
      'panels:\n- title: A\n  queries: [{expr: up}]',
      'panels:\n- title: A\n  queries: [{expr: up}]\n- title: "Failures: #1"\n  queries:\n    - expr: sum(rate(errors_total[5m]))\n',
    ));
  it('adds after a text of several lines', () =>
    check(
      'panels:\n  - title: A\n    queries:\n      - expr: |\n          up\n            + 1\n\nrange: 1h\n',
      'panels:\n  - title: A\n    queries:\n      - expr: |\n          up\n            + 1\n  - title: "Failures: #1"\n    queries:\n      - expr: sum(rate(errors_total[5m]))\n\nrange: 1h\n',
    ));
  it('keeps the line ends of a file from Windows', () =>
    check(
      'panels:\r\n  - title: A\r\n    queries: [{expr: up}]\r\n',
      'panels:\r\n  - title: A\r\n    queries: [{expr: up}]\r\n  - title: "Failures: #1"\r\n    queries:\r\n      - expr: sum(rate(errors_total[5m]))\r\n',
    ));
  it('begins the list where there is none yet, and keeps what is written about it', () =>
    check(
      '# Mine.\npanels: []\nrange: 6h\n',
      '# Mine.\npanels:\n  - title: "Failures: #1"\n    queries:\n      - expr: sum(rate(errors_total[5m]))\nrange: 6h\n',
    ));
  it('writes what is not usual', () =>
    check(
      'title: A\n',
      'title: A\npanels:\n  - title: T\n    kind: table\n    unit: ratio\n    queries:\n      - expr: |-\n          a\n          or b\n        legend: "{{x}}"\n',
      {
        title: 'T',
        kind: 'table',
        unit: 'ratio',
        queries: [{ expression: 'a\nor b', legend: '{{x}}' }],
      },
    ));
  it('writes a new board that reads as one', () => {
    const { board, faults } = readBoard({ file: 'b.yaml', text: formatBoard('My board', DRAFT) });
    assert.deepEqual(faults, []);
    assert.deepEqual([board.title, board.panels.length], ['My board', 1]);
    assert.match(formatPanel(DRAFT), /^- title: "Failures: #1"\n/);
  });
});
