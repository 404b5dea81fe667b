import assert from 'node:assert/strict';
import test from 'node:test';
import { acknowledged, resolved } from './alert-change.ts';
import { alertOf, NOW } from './testing.ts';

const actor = { name: 'Mina', nowMs: NOW };

test('acknowledging stops the escalation', () => {
  const alert = acknowledged(alertOf(), actor);
  assert.equal(alert.acknowledgedBy, 'Mina');
  assert.equal(alert.acknowledgedAt, NOW);
  assert.equal(alert.nextStepAt, null);
});

test('who has it already keeps it', () => {
  const taken = alertOf({ acknowledgedAt: NOW - 1, acknowledgedBy: 'Jonas' });
  assert.equal(acknowledged(taken, actor), taken);
});

test('what is over stays as it ended', () => {
  const over = alertOf({ state: 'resolved', resolvedAt: NOW - 1 });
  assert.equal(acknowledged(over, actor), over);
  assert.equal(resolved(over, actor), over);
  assert.equal(resolved(alertOf(), actor).state, 'resolved');
});
