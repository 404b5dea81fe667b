import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, isMatch, labelValue, type Matcher } from '../series/index.ts';
import { createCatalog } from './catalog.ts';
import type { Service } from './model.ts';
import { parseSelector } from './selector.ts';
import { listSightings } from './sightings.ts';

const declare = (name: string, ...selectors: readonly string[]): Service => ({
  name,
  owner: 'somebody',
  description: undefined,
  selectors: selectors.map(parseSelector),
  playbook: undefined,
  escalationPolicy: undefined,
  isDeclared: true,
});

/** What is said of these declared services, targets and series that came without a target. */
async function look(what: {
  readonly declared?: readonly Service[];
  readonly targets?: readonly Record<string, string>[];
  readonly pushed?: readonly Record<string, string>[];
}) {
  const catalog = createCatalog();
  catalog.apply(what.declared ?? []);
  const targets = (what.targets ?? []).map((labels) => createLabels(labels));
  const series = [...targets, ...(what.pushed ?? []).map((labels) => createLabels(labels))];
  const entries = await listSightings({
    catalog,
    index: {
      labelValues: (name, { matchers }: { readonly matchers: readonly Matcher[] }) => {
        const found = series.filter((labels) => isMatch(matchers, labels));
        const values = found.map((labels) =>
          name === '__name__' ? 'up' : labelValue(labels, name),
        );
        return [...new Set(values)].filter((value) => value !== '');
      },
    },
    targets: targets.map((labels) => ({ labels, health: 'up' })),
    ownJobs: new Set(['nines']),
    range: { fromMs: 0, toMs: 1 },
    pause: async () => {},
  });
  return entries.map(({ name, standing, jobs, targetsTotal, isPushed }) =>
    [name, standing, jobs.join(), targetsTotal, isPushed ? 'pushed' : ''].join(' ').trim(),
  );
}

describe('listSightings', () => {
  it('puts the two differences first', async () =>
    assert.deepEqual(
      await look({
        declared: [declare('shop', '{job="front"}'), declare('mail', '{job="mail"}')],
        targets: [{ job: 'front' }, { job: 'front' }, { job: 'legacy' }, { job: 'nines' }],
      }),
      ['legacy unowned legacy 1', 'mail unseen  0', 'shop owned front 2', 'nines self nines 1'],
    ));
  it('sees what comes without a target', async () =>
    assert.deepEqual(
      await look({
        declared: [declare('pay', '{team="pay"}')],
        pushed: [{ job: 'payments', team: 'pay' }, { job: 'batch' }],
      }),
      ['batch unowned batch 0 pushed', 'pay owned payments 0 pushed'],
    ));
  it('gives jobs that come without a target to who claims their labels', async () =>
    assert.deepEqual(
      await look({
        declared: [declare('pay', '{team="pay"}')],
        targets: [{ job: 'front', team: 'pay' }],
        pushed: [{ job: 'worker', team: 'pay' }],
      }),
      ['pay owned front,worker 1'],
    ));
  it('leaves what its owner did not claim to nobody', async () =>
    assert.deepEqual(
      await look({
        declared: [declare('pay', '{job="pay", env="prod"}')],
        targets: [{ job: 'pay', env: 'test' }],
      }),
      ['pay unseen  0'],
    ));
});
