import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault, readYaml } from '../platform/index.ts';
import { formatMatcher } from '../series/index.ts';
import { readServices } from './read-services.ts';

function read(text: string, policyNames?: readonly string[]) {
  const { root, faults } = readYaml({ text, file: 'nines.yaml' });
  const services = readServices(root.fields(['services']).find('services'), { policyNames });
  return { services, faults: faults.map(formatFault) };
}
const checkFault = (text: string, want: RegExp, policyNames?: readonly string[]) => {
  const { faults } = read(text, policyNames);
  assert.equal(faults.length, 1, faults.join('\n'));
  assert.match(faults[0], want);
};

describe('readServices', () => {
  it('matches by job where no selector is named', () => {
    const { services, faults } = read('services: [{name: checkout, owner: payments}]');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      services[0].selectors.map((s) => s.map(formatMatcher)),
      [['job="checkout"']],
    );
    assert.equal(services[0].isDeclared, true);
  });
  it('reads every field', () => {
    const { services, faults } = read(
      [
        'services:',
        '  - name: checkout',
        '    owner: Team Payments',
        '    description: takes the money',
        `    match: ['{job="checkout"}', '{team="pay",env=~"prod|eu"}']`,
        '    playbook: https://wiki/checkout',
        '    escalation_policy: urgent',
      ].join('\n'),
      ['default', 'urgent'],
    );
    assert.deepEqual(faults, []);
    assert.equal(services[0].owner, 'Team Payments');
    assert.equal(services[0].playbook, 'https://wiki/checkout');
    assert.equal(services[0].escalationPolicy, 'urgent');
    assert.deepEqual(
      services[0].selectors.map((s) => s.map(formatMatcher)),
      [['job="checkout"'], ['team="pay"', 'env=~"prod|eu"']],
    );
  });
  it('reads a selector that stands alone', () => {
    const { services } = read(`services: [{name: a, owner: b, match: '{x="y"}'}]`);
    assert.deepEqual(
      services[0].selectors.map((s) => s.map(formatMatcher)),
      [['x="y"']],
    );
  });
  it('has none where the key is absent', () => assert.deepEqual(read('').services, []));

  it('wants a name', () =>
    checkFault('services: [{owner: b}]', /^nines.yaml:1:12: services\[0\] has no name$/));
  it('wants an owner', () => checkFault('services: [{name: a}]', /services\[0\] has no owner$/));
  it('places a broken selector', () =>
    checkFault(
      `services:\n  - name: a\n    owner: b\n    match:\n      - '{x="y"'`,
      /^nines.yaml:5:9: services\[0\].match\[0\]: cannot read selector \{x="y" at character 7/,
    ));
  it('refuses an empty list of selectors', () =>
    checkFault('services: [{name: a, owner: b, match: []}]', /names no selector/));
  it('refuses a name given twice', () =>
    checkFault('services: [{name: a, owner: b}, {name: a, owner: c}]', /1:33: .*declared twice/));
  it('refuses an unknown policy', () =>
    checkFault(
      'services: [{name: a, owner: b, escalation_policy: urgnt}]',
      /1:51: escalation policy "urgnt" is not declared; known are default, urgent$/,
      ['default', 'urgent'],
    ));
  it('refuses a playbook that is no web address', () =>
    checkFault('services: [{name: a, owner: b, playbook: "javascript:x"}]', /http or https/));
  it('suggests the right field', () =>
    checkFault('services: [{name: a, ownr: c, owner: b}]', /did you mean "owner"/));
});
