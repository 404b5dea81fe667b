import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, createMatcher, fingerprintOf } from '../series/index.ts';
import { createInhibitor } from './inhibition.ts';
import type { Alert } from './model.ts';
import { equalTo } from './testing.ts';

const NOW = 1_000;

function alert(set: Readonly<Record<string, string>>, endsAtMs = NOW + 100): Alert {
  const labels = createLabels(set);
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations: createLabels({}),
    startsAtMs: 0,
    endsAtMs,
    updatedAtMs: 0,
    isTimeout: false,
    generatorUrl: '',
  };
}

const rule = {
  sources: [equalTo('severity', 'page')],
  targets: [createMatcher('severity', '=~', 'page|ticket')],
  equal: ['cluster'],
};

describe('an inhibitor', () => {
  const check = (
    sources: readonly Alert[],
    target: Readonly<Record<string, string>>,
    want: Alert | undefined,
  ): void => {
    const inhibitor = createInhibitor([rule]);
    for (const source of sources) inhibitor.note(source);
    assert.equal(inhibitor.findSource(createLabels(target), NOW), want?.fingerprint);
  };
  // Its severity is no target's, so that it is not both.
  const critical = alert({ severity: 'page', cluster: 'a' });
  it('keeps a target back whose labels are equal', () => {
    const only = { ...rule, targets: [equalTo('severity', 'ticket')] };
    const inhibitor = createInhibitor([only]);
    inhibitor.note(critical);
    const find = (cluster: string): string | undefined =>
      inhibitor.findSource(createLabels({ severity: 'ticket', cluster }), NOW);
    assert.equal(find('a'), critical.fingerprint);
    assert.equal(find('b'), undefined);
    inhibitor.forget(critical);
    assert.equal(find('a'), undefined);
  });
  it('lets a source that is over go', () =>
    check(
      [alert({ severity: 'page', cluster: 'a' }, NOW)],
      { severity: 'ticket', cluster: 'a' },
      undefined,
    ));
  it('does not let what is both inhibit its like, or itself', () =>
    check([critical], { severity: 'page', cluster: 'a', x: '1' }, undefined));
  it('takes a label that both lack for equal', () => {
    const source = alert({ severity: 'page' });
    check([source], { severity: 'ticket' }, source);
  });
  it('holds on while any of several sources fires', () => {
    const second = alert({ severity: 'page', cluster: 'a', host: '2' });
    check(
      [alert({ severity: 'page', cluster: 'a', host: '1' }, NOW - 1), second],
      { severity: 'ticket', cluster: 'a' },
      second,
    );
  });
});
