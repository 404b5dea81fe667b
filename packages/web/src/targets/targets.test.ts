import assert from 'node:assert/strict';
import test, { describe, it } from 'node:test';
import type { ProbeOutcome, ProbeView, TargetView } from '@nines/contract';
import { describeProbes, describeTargets } from './headline.ts';
import { formatRule, listStepViews } from './relabel-changes.ts';
import {
  filterDropped,
  filterProbes,
  formatTargetFilter,
  groupTargets,
  parseTargetFilter,
  takeRows,
} from './target-filter.ts';

const target = (
  job: string,
  instance: string,
  health: TargetView['health'] = 'up',
): TargetView => ({
  job,
  instance,
  service: job,
  url: `http://${instance}/metrics`,
  labels: { job, instance, zone: 'eu' },
  discoveredLabels: {},
  health,
  lastError: health === 'down' ? 'connection refused' : null,
  lastScrapeAt: 0,
  lastScrapeDurationMs: 1,
  sampleCount: 1,
  bodyBytes: 1,
  intervalMs: 15_000,
  timeoutMs: 10_000,
});
const all = [target('cart', 'b:80'), target('cart', 'a:80'), target('shop', 'c:80', 'down')];

const instances = (search: string) =>
  groupTargets(all, parseTargetFilter(search)).map(
    ({ job, targets }) => `${job}: ${targets.map(({ instance }) => instance).join(' ')}`,
  );

test('jobs with something down come first', () => {
  assert.deepEqual(instances(''), ['shop: c:80', 'cart: a:80 b:80']);
});

test('every word must fit somewhere', () => {
  assert.deepEqual(instances('q=CART+a:80'), ['cart: a:80']);
  assert.deepEqual(instances('q=refused'), ['shop: c:80']);
  assert.deepEqual(instances('q=zone%3Deu+cart'), ['cart: a:80 b:80']);
  assert.deepEqual(instances('q=nowhere'), []);
});

test('only what is down is shown when asked so', () => {
  assert.deepEqual(instances('health=down'), ['shop: c:80']);
});

test('the filter survives the URL', () => {
  for (const search of ['', 'q=a+b', 'q=x&health=down']) {
    assert.equal(formatTargetFilter(parseTargetFilter(search)), search);
  }
});

test('the first line answers whether all answer', () => {
  const check = (targets: readonly TargetView[], want: string) =>
    assert.equal(
      describeTargets({
        now: 0,
        dropped: [],
        droppedCount: 0,
        shard: null,
        targets: [...targets],
      })
        .map(({ text }) => text)
        .join(' '),
      want,
    );
  check([], 'Nothing is scraped yet.');
  check(all, 'c:80 of shop does not answer. 2 other targets do.');
  check(all.slice(0, 2), 'All 2 targets answer.');
  check([target('new', 'n:80', 'unknown')], '1 waits for its first scrape.');
});

test('only as many rows are drawn as asked for, with the counts of all', () => {
  const groups = groupTargets(all, parseTargetFilter(''));
  const shape = (count: number) =>
    takeRows(groups, count).map(({ job, targets, totalCount }) => [
      job,
      targets.length,
      totalCount,
    ]);
  assert.deepEqual(shape(0), []);
  assert.deepEqual(shape(1), [['shop', 1, 1]]);
  assert.deepEqual(shape(2), [
    ['shop', 1, 1],
    ['cart', 1, 2],
  ]);
  assert.deepEqual(shape(99), [
    ['shop', 1, 1],
    ['cart', 2, 2],
  ]);
});

const RULE = {
  action: 'replace',
  sourceLabels: ['a', 'b'],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: 'c',
  replacement: '$1',
};

test('each rule is shown with what it changed, up to the one that drops', () => {
  const views = listStepViews(
    { a: '1', b: '2' },
    {
      steps: [
        { rule: RULE, labels: { a: '1', b: '2', c: '1;2' } },
        { rule: RULE, labels: { a: '1', b: '2', c: '1;2' } },
        { rule: RULE, labels: { a: '3', c: '1;2' } },
        { rule: RULE, labels: null },
        { rule: RULE, labels: null },
      ],
    },
  );
  assert.deepEqual(
    views.map(({ number, outcome, changes }) => [number, outcome, changes]),
    [
      [1, 'changed', [{ name: 'c', from: null, to: '1;2' }]],
      [2, 'unchanged', []],
      [
        3,
        'changed',
        [
          { name: 'a', from: '1', to: '3' },
          { name: 'b', from: '2', to: null },
        ],
      ],
      [4, 'dropped', []],
    ],
  );
});

test('a rule is written by what differs from its defaults', () => {
  assert.equal(formatRule(RULE), 'source_labels: [a, b] · target_label: c');
  assert.equal(
    formatRule({ ...RULE, sourceLabels: [], regex: 'x.*', replacement: '', separator: ',' }),
    'separator: "," · regex: x.* · target_label: c · replacement: ""',
  );
});

test('what was dropped is filtered, too', () => {
  const dropped = [
    { job: 'cart', discoveredLabels: { __address__: 'a:1' }, reason: null },
    { job: 'shop', discoveredLabels: { __address__: 'b:2' }, reason: 'no address' },
  ];
  const jobs = (search: string) =>
    filterDropped(dropped, parseTargetFilter(search)).map(({ job }) => job);
  assert.deepEqual(jobs(''), ['cart', 'shop']);
  assert.deepEqual(jobs('q=b:2+no'), ['shop']);
  assert.deepEqual(jobs('health=down'), []);
});

describe('probes', () => {
  const outcome: ProbeOutcome = {
    isSuccess: true,
    startedAt: 0,
    durationMs: 1,
    timeoutMs: 1,
    phases: [],
    reason: null,
    address: null,
    answer: null,
    headers: [],
    certificate: null,
    firstBytes: '',
  };
  const probe = (name: string, reason: string | null): ProbeView => ({
    name,
    target: `https://${name}`,
    module: 'http_2xx',
    service: null,
    kind: 'known_good',
    intervalMs: 1000,
    last: { ...outcome, isSuccess: reason === null, reason },
    failures: [],
  });
  const probes = [probe('b', null), probe('a', null), probe('z', 'status 503')];

  it('are shown with those first that fail, and found by their reason', () => {
    const check = (text: string, health: 'all' | 'down', want: readonly string[]): void => {
      const found = filterProbes(probes, { text, health });
      assert.deepEqual(
        found.map(({ name }) => name),
        want,
      );
    };
    check('', 'all', ['z', 'a', 'b']);
    check('', 'down', ['z']);
    check('503', 'all', ['z']);
    check('https://a', 'all', ['a']);
  });

  it('are in the first line where they fail', () => {
    assert.deepEqual(describeProbes(probes), [{ tone: 'page', text: '1 probe fails.' }]);
    assert.deepEqual(describeProbes([{ ...probes[0], last: null }]), []);
  });
});
