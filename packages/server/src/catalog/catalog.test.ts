import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../series/index.ts';
import { createCatalog } from './catalog.ts';
import type { Service } from './model.ts';
import { parseSelector } from './selector.ts';

function declare(name: string, ...selectors: readonly string[]): Service {
  return {
    name,
    owner: 'somebody',
    description: undefined,
    selectors: selectors.map(parseSelector),
    playbook: undefined,
    escalationPolicy: undefined,
    isDeclared: true,
  };
}
function createFilled() {
  const catalog = createCatalog();
  catalog.apply([
    declare('shop', '{job="front"}', '{team="shop"}'),
    declare('search', '{job=~"search.*"}'),
    declare('pay', '{job="pay",env="prod"}'),
  ]);
  return catalog;
}
const check = (labels: Record<string, string>, want: string | undefined) =>
  assert.equal(createFilled().serviceOf(createLabels(labels))?.name, want);

describe('serviceOf', () => {
  it('answers the service whose selector matches', () => check({ job: 'search-index' }, 'search'));
  it('matches by any of several selectors', () => check({ job: 'x', team: 'shop' }, 'shop'));
  it('lets the first match win', () => check({ job: 'search', team: 'shop' }, 'shop'));
  it('falls back to the job', () => check({ job: 'node' }, 'node'));
  it('believes the label service where there is no job', () => {
    check({ service: 'pay', slo: 'x' }, 'pay');
    check({ service: 'seen', slo: 'x' }, 'seen');
    check({ service: 'pay', job: 'node' }, 'node');
  });
  it('has nothing for labels without a job', () => check({ instance: 'x' }, undefined));
  it('does not lend a declared name to what it does not match', () =>
    check({ job: 'pay', env: 'dev' }, undefined));
  it('marks what nobody declared', () => {
    const service = createFilled().serviceOf(createLabels({ job: 'node' }));
    assert.equal(service?.isDeclared, false);
    assert.equal(service?.owner, '');
  });
  it('answers the same again from memory, and afresh after a reload', () => {
    const catalog = createFilled();
    const labels = createLabels({ job: 'search' });
    assert.equal(catalog.serviceOf(labels), catalog.serviceOf(labels));
    catalog.apply([declare('index', '{job="search"}')]);
    assert.equal(catalog.serviceOf(labels)?.name, 'index');
    assert.equal(catalog.findService('search'), undefined);
  });
});

describe('list', () => {
  it('has the declared ones in order, then the jobs that nobody claims', () => {
    const names = createFilled()
      .list(['node', 'front', 'api', 'node', 'search-2', 'pay'])
      .map((service) => `${service.name}:${service.isDeclared}`);
    assert.deepEqual(names, ['shop:true', 'search:true', 'pay:true', 'api:false', 'node:false']);
  });
});
