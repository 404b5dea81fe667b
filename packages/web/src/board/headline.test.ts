import assert from 'node:assert/strict';
import test from 'node:test';
import type { Board, Notice, ServiceSummary } from '@nines/contract';
import { alertOf, NOW } from '../alerts/testing.ts';
import { viewerTime } from '../format/time.ts';
import { BURNING, sloOf } from '../objectives/testing.ts';
import { describeBoard } from './headline.ts';

const line = { fromMs: 0, stepMs: 60_000, values: [] };
const service = (name: string, about: Partial<ServiceSummary> = {}): ServiceSummary => ({
  name,
  owner: null,
  isDeclared: true,
  playbook: null,
  targetsUp: 2,
  targetsTotal: 2,
  firing: { page: 0, ticket: 0, log: 0 },
  availability: line,
  scrapeSeconds: line,
  samplesPerSecond: line,
  golden: { latency: null, traffic: null, errors: null, saturation: null },
  slo: null,
  ...about,
});

const self = {
  targetsUp: 4,
  targetsTotal: 4,
  seriesCount: 1,
  samplesPerSecond: 1,
  ruleCount: 1,
  lastEvaluationAt: NOW,
  pagesDelivered24h: 0,
  pagesFailed24h: 0,
  residentBytes: 1,
};

const burning = service('checkout', { firing: { page: 1, ticket: 0, log: 0 } });
const boardOf = (about: Partial<Board>): Board => ({
  now: NOW,
  needsSomeone: [],
  openCount: { page: 0, ticket: 0 },
  pendingCount: 0,
  services: [burning, service('cart')],
  sloCounts: { fine: 0, burning: 0, exhausted: 0, unmeasured: 0 },
  notices: [],
  recent: [],
  self,
  ...about,
});

function check(about: Partial<Board>, want: string): void {
  const text = describeBoard(boardOf(about))
    .map(({ tone, text: words }) => (tone === 'plain' ? words : `[${tone}] ${words}`))
    .join(' ');
  assert.equal(text, want);
}

test('one page is told by its summary and by who has it', () => {
  check(
    { needsSomeone: [alertOf()] },
    '[page] Checkout: 3.1 % of orders fail. Nobody has it yet. 1 other service is fine.',
  );
  const acknowledgedAt = NOW - 60_000;
  check(
    { needsSomeone: [alertOf({ acknowledgedAt, acknowledgedBy: 'Mina' })] },
    `[page] Checkout: 3.1 % of orders fail. Mina has it since ${viewerTime.clock(acknowledgedAt)}. 1 other service is fine.`,
  );
});

test('several pages are counted, with how many nobody has', () => {
  const taken = alertOf({ id: 'a2', acknowledgedAt: NOW, acknowledgedBy: 'Mina' });
  check(
    { needsSomeone: [alertOf(), taken] },
    '[page] 2 pages are open. 1 of them has nobody yet. 1 other service is fine.',
  );
  check(
    { needsSomeone: [taken, { ...taken, id: 'a3' }] },
    '[page] 2 pages are open. All have someone. 1 other service is fine.',
  );
});

test('what is on probation is its author’s, and alarms nobody else', () => {
  check(
    { needsSomeone: [alertOf({ probation: 'mina' })] },
    'Checkout: 3.1 % of orders fail. Nobody has it yet. 1 other service is fine.',
  );
});

test('what is silenced waits for nobody, and says so', () => {
  const silence = { id: 's1', until: NOW + 60_000, by: 'mina', comment: 'deploy' };
  const quiet = alertOf({ silence });
  const time = viewerTime.clock(silence.until);
  check(
    { needsSomeone: [quiet] },
    `[page] Checkout: 3.1 % of orders fail. Mina keeps it silent until ${time}. 1 other service is fine.`,
  );
  check(
    { needsSomeone: [quiet, { ...quiet, id: 'a2' }] },
    '[page] 2 pages are open. All of them are silenced. 1 other service is fine.',
  );
  const taken = alertOf({ id: 'a2', acknowledgedAt: NOW, acknowledgedBy: 'Mina' });
  check(
    { needsSomeone: [quiet, taken] },
    '[page] 2 pages are open. 1 of them is silenced, the others have someone. 1 other service is fine.',
  );
  check(
    { needsSomeone: [quiet, alertOf({ id: 'a3' })] },
    '[page] 2 pages are open. 1 of them has nobody yet. 1 other service is fine.',
  );
});

test('tickets alone say first that nobody is paged', () => {
  check(
    { needsSomeone: [alertOf({ output: 'ticket' })] },
    'Nobody is paged. [ticket] 1 ticket waits. 1 other service is fine.',
  );
});

test('quiet says so with counts, and names what does not answer', () => {
  const services = [service('checkout'), service('cart')];
  check({ services }, 'All is well: 2 services, 4 of 4 targets answer.');
  check(
    { services, self: { ...self, targetsUp: 3 } },
    'Nobody is paged. 1 of 4 targets does not answer.',
  );
  check(
    { services: [], self: { ...self, targetsUp: 0, targetsTotal: 0 } },
    'Nothing is measured yet.',
  );
});

test('trouble of Nines itself comes first', () => {
  const notice: Notice = {
    code: 'disk.low',
    level: 'page',
    title: 'The disk is nearly full',
    details: [],
    since: NOW,
  };
  check(
    { notices: [notice] },
    '[page] Nines itself needs help: The disk is nearly full. 1 other service is fine.',
  );
});

test('a page about a budget is told by what its users feel', () => {
  const slo = sloOf(BURNING);
  const labels = { slo: slo.name };
  const services = [service('checkout', { slo, firing: { page: 1, ticket: 0, log: 0 } })];
  const sloCounts = { fine: 38, burning: 1, exhausted: 0, unmeasured: 0 };
  check(
    { needsSomeone: [alertOf({ labels })], services, sloCounts },
    '[page] Checkout works: burning its 30 d budget 22× too fast. Nobody has it yet. 38 other objectives are fine.',
  );
});

test('budgets that suffer without an alert are told as work', () => {
  check(
    { sloCounts: { fine: 3, burning: 0, exhausted: 2, unmeasured: 1 } },
    'Nobody is paged. [ticket] 2 objectives have spent their budget. 3 other objectives are fine.',
  );
  check(
    { sloCounts: { fine: 3, burning: 0, exhausted: 0, unmeasured: 0 } },
    'All is well: 3 objectives have budget left, 2 services, 4 of 4 targets answer.',
  );
});

test('of pages that are not in the list nobody says who has them', () => {
  check(
    { needsSomeone: [alertOf()], openCount: { page: 70, ticket: 0 } },
    '[page] 70 pages are open. 1 other service is fine.',
  );
});
