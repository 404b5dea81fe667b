import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, formatSeries } from '../series/index.ts';
import type { AlertTransition } from './alert-state.ts';
import type { RuleSample, VectorSample } from './engine.ts';
import { createRuleReplay } from './replay.ts';
import type { RuleGroup } from './rule.ts';
import { readRuleFile } from './rule-file.ts';

function readGroups(text: string): readonly RuleGroup[] {
  const { groups, faults } = readRuleFile({
    text,
    file: 'r.yml',
    checkExpression: () => undefined,
  });
  assert.deepEqual(faults, []);
  return groups;
}

const GROUPS = `
groups:
  - name: first
    rules:
      - { record: recorded, expr: up }
      - { alert: Down, expr: down, for: 2s, labels: { at: "{{ $externalLabels.dc }}" } }
  - name: second
    interval: 1h
    query_offset: 1s
    rules:
      - { alert: Down, expr: broken }
`;

/** A world in which `down` has an element for a while, and `broken` fails after that. */
function createWorld() {
  const written: RuleSample[] = [];
  const transitions: AlertTransition[] = [];
  const asked: string[] = [];
  const evaluate = (expression: string, atMs: number): readonly VectorSample[] => {
    asked.push(`${expression}@${atMs}`);
    if (expression === 'broken' && atMs >= 4_000) throw new Error('too late');
    const isThere = expression === 'up' || (expression === 'down' && atMs < 4_000);
    return isThere ? [{ labels: createLabels({ job: 'a' }), value: 1 }] : [];
  };
  const replay = createRuleReplay({
    groups: readGroups(GROUPS),
    evaluate,
    write: (samples) => void written.push(...samples),
    externalLabels: createLabels({ dc: 'east' }),
    onTransition: (transition) => void transitions.push(transition),
  });
  return { replay, written, transitions, asked };
}

describe('a replay of rules', () => {
  it('evaluates all groups in order at each instant, whatever their interval', async () => {
    const { replay, asked, written } = createWorld();
    assert.deepEqual(await replay.evaluateAt(1_000), []);
    assert.deepEqual(await replay.evaluateAt(2_000), []);
    assert.deepEqual(asked, [
      'up@1000',
      'down@1000',
      'broken@0',
      'up@2000',
      'down@2000',
      'broken@1000',
    ]);
    const recorded = written.filter(({ labels }) => labels.values.includes('recorded'));
    assert.deepEqual(
      recorded.map(({ timeMs }) => timeMs),
      [1_000, 2_000],
    );
  });

  it('tells the state of alerts after each instant, and each change', async () => {
    const { replay, transitions } = createWorld();
    const states: string[] = [];
    for (let atMs = 1_000; atMs <= 4_000; atMs += 1_000) {
      await replay.evaluateAt(atMs);
      const alerts = replay.alerts('Down').flatMap(({ active }) => [...active]);
      states.push(alerts.map(({ state, labels }) => `${state} ${formatSeries(labels)}`).join());
    }
    const labels = '{alertname="Down", at="east", job="a"}';
    assert.deepEqual(states, [`pending ${labels}`, `pending ${labels}`, `firing ${labels}`, '']);
    assert.deepEqual(
      transitions.map(({ kind, atMs }) => `${kind}@${atMs}`),
      ['pending@1000', 'firing@3000', 'resolved@4000'],
    );
    assert.equal(replay.alerts().length, 2);
    assert.equal(replay.alerts('Up').length, 0);
  });

  it('names the rules that failed, and goes on', async () => {
    const { replay } = createWorld();
    const failures = await replay.evaluateAt(5_000);
    assert.deepEqual(
      failures.map(({ group, rule, message }) => `${group.name}/${rule.name}: ${message}`),
      ['second/Down: too late'],
    );
  });
});
