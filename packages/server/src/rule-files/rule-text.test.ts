import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuleDraft } from '@nines/contract';
import { readRuleFile } from '../rules/index.ts';
import { type Author, endProbation, formatRuleFile, insertRule } from './rule-text.ts';

const AUTHOR: Author = { login: 'mina', nowMs: Date.UTC(2026, 10, 24, 4, 5) };
const DRAFT: RuleDraft = {
  name: 'SlowOrders',
  expression: 'orders_seconds > 1',
  forMs: 300_000,
  output: 'page',
  labels: { team: 'shop' },
  summary: 'Orders take {{ $value }} s',
  playbook: '',
  probationDays: 14,
  review: [true, true, false, true, false],
};
const LINES = [
  '# Reviewed by mina on 2026-11-24 (SRE book, chapter 6):',
  '# [x] It finds what nothing else finds, and that is urgent, actionable and seen by users.',
  '# [x] I will never be able to ignore it because it is harmless.',
  '# [ ] It says for certain that users are hurt; drained and test systems are left out.',
  '# [x] I can act on it; the act is urgent, and cannot be left to a program.',
  '# [ ] Nobody else is paged for the same, so that one of the pages would be for nothing.',
  '- alert: SlowOrders',
  '  expr: orders_seconds > 1',
  '  for: 5m',
  '  labels:',
  '    severity: page',
  '    team: shop',
  '  annotations:',
  '    summary: Orders take {{ $value }} s',
  '    nines_author: mina',
  '    nines_probation: 2026-11-24/2026-12-08',
];

const indent = (by: number) => LINES.map((line) => `${' '.repeat(by)}${line}\n`).join('');
const insert = (text: string, group = 'shop') =>
  insertRule(text, group, { draft: DRAFT, author: AUTHOR });

function readsAs(text: string, count: number): void {
  const checkExpression = () => undefined;
  const { groups, faults } = readRuleFile({ text, file: 'r.yml', checkExpression });
  assert.deepEqual(faults, []);
  const rules = groups.flatMap((group) => group.rules);
  assert.equal(rules.length, count);
  assert.equal(rules.at(-1)?.name, 'SlowOrders');
}

const BEFORE = [
  '# Owned by the shop.',
  'groups:',
  '  - name: shop   # the first',
  '    interval:   30s',
  '    rules:',
  '      - alert: "Down"   # by hand',
  '        expr: up == 0',
  '',
  '  # Others.',
  '  - name: pay',
  '    rules: []',
  '',
].join('\n');

describe('a rule in a file', () => {
  it('stands at the end of its group, and every other byte stays', () => {
    const after = insert(BEFORE);
    const at = BEFORE.indexOf('        expr: up == 0\n') + '        expr: up == 0\n'.length;
    assert.equal(after, BEFORE.slice(0, at) + indent(6) + BEFORE.slice(at));
    readsAs(after, 2);
  });
  it('begins a group, a list of rules and a file', () => {
    const fresh = insert(BEFORE, 'search');
    assert.ok(fresh.startsWith(BEFORE.trimEnd()), fresh);
    assert.match(
      fresh,
      /# Reviewed by mina[^]*- name: search\n {4}rules:\n {6}- alert: SlowOrders/,
    );
    readsAs(fresh, 2);
    readsAs(insert(BEFORE, 'pay'), 2);
    assert.match(insert(BEFORE, 'pay'), /# Owned by the shop[^]*# by hand[^]*# Reviewed by mina/);
    readsAs(insert(''), 1);
    readsAs(insert('groups:\n'), 1);
    const file = formatRuleFile('shop', DRAFT, AUTHOR);
    readsAs(file, 1);
    assert.match(file, /# Reviewed by mina/);
  });
  it('leaves out what was not said', () => {
    const bare = { ...DRAFT, forMs: 0, labels: {}, summary: '', probationDays: null };
    const text = formatRuleFile('shop', bare, AUTHOR);
    assert.doesNotMatch(text, /for:|annotations|nines_/);
    readsAs(text, 1);
  });
  it('is on probation until its line is gone', () => {
    const text = insert(BEFORE);
    const ended = endProbation(text, { group: 'shop', rule: 'SlowOrders' });
    assert.equal(ended, text.replace(/ *nines_probation.*\n/, ''));
    assert.equal(endProbation(ended, { group: 'shop', rule: 'SlowOrders' }), undefined);
    assert.equal(endProbation(text, { group: 'pay', rule: 'SlowOrders' }), undefined);
    const flow =
      'groups: [{name: a, rules: [{alert: B, expr: up, annotations: {nines_author: mina, nines_probation: 2026-11-24/2026-12-08}}]}] # x\n';
    const shorter = endProbation(flow, { group: 'a', rule: 'B' }) ?? '';
    assert.doesNotMatch(shorter, /nines_probation/);
    assert.match(shorter, /nines_author: mina[^]*# x/);
  });
});
