import assert from 'node:assert/strict';
import test from 'node:test';
import type { ServiceEntry } from '@nines/contract';
import {
  filterServices,
  formatCatalogueFilter,
  formatDeclaration,
  listStandings,
  parseCatalogueFilter,
} from './catalogue-filter.ts';
import { describeCatalogue } from './headline.ts';

const entry = (name: string, more: Partial<ServiceEntry> = {}): ServiceEntry => ({
  name,
  standing: 'owned',
  owner: 'payments',
  description: null,
  match: [`{job="${name}"}`],
  jobs: [name],
  targetsUp: 1,
  targetsTotal: 1,
  isPushed: false,
  ...more,
});
const ALL = [
  entry('legacy', { standing: 'unowned', owner: null, match: [] }),
  entry('mail', { standing: 'unseen', owner: 'platform', jobs: [] }),
  entry('checkout'),
];

test('the filter survives the URL', () => {
  for (const search of ['', 'q=a+b', 'standing=unseen', 'q=x&standing=unowned']) {
    assert.equal(formatCatalogueFilter(parseCatalogueFilter(search)), search);
  }
  assert.equal(parseCatalogueFilter('standing=other').standing, undefined);
});

test('every word must fit, and the standing', () => {
  const check = (search: string, ...want: readonly string[]) =>
    assert.deepEqual(
      filterServices(ALL, parseCatalogueFilter(search)).map(({ name }) => name),
      want,
    );
  check('', 'legacy', 'mail', 'checkout');
  check('q=payments+job', 'checkout');
  check('standing=unseen', 'mail');
  check('q=checkout&standing=unseen');
  assert.deepEqual(listStandings(ALL), ['unowned', 'unseen', 'owned']);
});

test('what nobody owns is declared in lines that can be copied', () =>
  assert.equal(
    formatDeclaration([entry('legacy'), entry('a: b')]),
    'services:\n  - name: legacy\n    owner: my-team\n  - name: "a: b"\n    owner: my-team',
  ));

test('the first line tells the differences', () => {
  const say = (services: ServiceEntry[]) =>
    describeCatalogue({ now: 0, seenMs: 1, services })
      .map(({ text }) => text)
      .join(' ');
  assert.equal(
    say(ALL),
    '1 service is seen, and nobody owns it. Of 1 declared service nothing is seen. 1 other is declared and seen.',
  );
  assert.equal(say([entry('a'), entry('b')]), 'All 2 services are declared and seen.');
  assert.equal(say([]), 'No service is declared yet.');
});
