import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createLabels, labelsRecord } from '../series/index.ts';
import { DEFAULT_RELABEL_CONFIG, type RelabelConfig } from './relabel.ts';
import { listRelabelSteps } from './relabel-steps.ts';

it('tells what each rule made of the labels, until one drops them', () => {
  const rules: readonly RelabelConfig[] = [
    { ...DEFAULT_RELABEL_CONFIG, sourceLabels: ['a'], targetLabel: 'b' },
    { ...DEFAULT_RELABEL_CONFIG, action: 'labeldrop', regex: 'a' },
    { ...DEFAULT_RELABEL_CONFIG, action: 'drop', sourceLabels: ['b'], regex: '1' },
    { ...DEFAULT_RELABEL_CONFIG, targetLabel: 'c', replacement: 'x' },
  ];
  const steps = listRelabelSteps(rules, createLabels({ a: '1' }));
  assert.deepEqual(
    steps.map(({ labels }) => (labels === undefined ? 'dropped' : labelsRecord(labels))),
    [{ a: '1', b: '1' }, { b: '1' }, 'dropped', 'dropped'],
  );
  assert.deepEqual(
    steps.map(({ rule }) => rule),
    rules,
  );
});
