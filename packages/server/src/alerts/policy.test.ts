import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault, readYaml } from '../platform/index.ts';
import { countSteps, readEscalationPolicies, stepAt } from './policy.ts';

const CHANNELS = ['browser', 'webhook/ops'];
function read(text: string) {
  const { root, faults } = readYaml({ text, file: 'nines.yaml' });
  const value = root.fields(['escalation_policies']).find('escalation_policies');
  const policies = readEscalationPolicies(value, CHANNELS);
  return { policies, faults: faults.map(formatFault) };
}
const checkFault = (policy: string, want: RegExp) => {
  const { faults } = read(`escalation_policies:\n  - ${policy}`);
  assert.equal(faults.length, 1, faults.join('\n'));
  assert.match(faults[0], want);
};

describe('readEscalationPolicies', () => {
  it('has a default: all at once, and again after five minutes', () => {
    const step = { notify: CHANNELS, waitMs: 300_000 };
    assert.deepEqual(read('').policies, [{ name: 'default', steps: [step, step], repeatCount: 0 }]);
  });
  it('keeps the name of test pages from being declared', () => {
    checkFault('{name: nines/test-page, steps: [{notify: browser}]}', /taken by test pages/);
  });
  it('reads policies in order', () => {
    const { policies, faults } = read(
      [
        'escalation_policies:',
        '  - name: calm',
        '    steps:',
        '      - notify: browser',
        '        wait: 15m',
        '      - notify: [browser, webhook/ops, browser]',
        '    repeat: 2',
        '  - {name: urgent, steps: [{notify: [webhook/ops], wait: 1m}]}',
      ].join('\n'),
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(policies[0], {
      name: 'calm',
      steps: [
        { notify: ['browser'], waitMs: 900_000 },
        { notify: ['browser', 'webhook/ops'], waitMs: 300_000 },
      ],
      repeatCount: 2,
    });
    assert.equal(policies[1].name, 'urgent');
  });

  it('wants a name', () => checkFault('{steps: [{notify: browser}]}', /:2:5: .* has no name/));
  it('wants steps', () => {
    checkFault('{name: a}', /:2:5: escalation_policies\[0\] has no steps; with none, nobody/);
    checkFault('{name: a, steps: []}', /has no steps/);
  });
  it('wants somebody to notify', () =>
    checkFault('{name: a, steps: [{wait: 1m}]}', /:2:23: .*notifies nobody/));
  it('places an unknown channel', () =>
    checkFault(
      '{name: a, steps: [{notify: [browser, webhook/opps]}]}',
      /:2:42: channel "webhook\/opps" is not declared; known are browser, webhook\/ops$/,
    ));
  it('refuses waits that make no sense', () => {
    checkFault('{name: a, steps: [{notify: browser, wait: 1s}]}', /between 10s and 24h, got "1s"/);
    checkFault('{name: a, steps: [{notify: browser, wait: 2d}]}', /between 10s and 24h, got "2d"/);
  });
  it('refuses repeats that make no sense', () => {
    checkFault('{name: a, steps: [{notify: browser}], repeat: 99}', /from 0 to 10, got 99/);
    checkFault('{name: a, steps: [{notify: browser}], repeat: 0.5}', /whole number/);
  });
  it('refuses a name given twice', () =>
    checkFault(
      '{name: a, steps: [{notify: browser}]}\n  - {name: a, steps: [{notify: browser}]}',
      /:3:5: escalation policy "a" is declared twice/,
    ));
  it('refuses endless steps', () => {
    const steps = Array.from({ length: 21 }, () => '{notify: browser}').join(', ');
    checkFault(`{name: a, steps: [${steps}]}`, /has 21 steps; at most 20 are allowed/);
  });
});

describe('steps', () => {
  const [policy] = read(
    'escalation_policies: [{name: a, repeat: 1, steps: [{notify: browser}, {notify: webhook/ops}]}]',
  ).policies;
  it('are counted with their repeats', () => assert.equal(countSteps(policy), 4));
  it('go round', () =>
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => stepAt(policy, index).notify[0]),
      ['browser', 'webhook/ops', 'browser', 'webhook/ops'],
    ));
});
