import assert from 'node:assert/strict';
import test from 'node:test';
import type { ServiceSignals, ServiceSummary, Signal } from '@nines/contract';
import { alertOf } from '../alerts/testing.ts';
import { viewerTime } from '../format/time.ts';
import { BURNING, NOW, SPENT, sloOf } from '../objectives/testing.ts';
import { describeService } from './headline.ts';
import { formatSpan, parseSpan } from './service-span.ts';
import { firedMarks, joinLines } from './signal-graph.ts';

const line = { fromMs: 0, stepMs: 60_000, values: [] };
const summary: ServiceSummary = {
  name: 'checkout',
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
};

const signalOf = (about: Pick<Signal, 'kind' | 'unit' | 'lines'>): Signal => ({
  title: 'HTTP requests served',
  convention: 'OpenTelemetry HTTP server',
  ...about,
});
const lineOf = (name: string, value: number | null) => ({ name, expression: name, value });
const latency = signalOf({
  kind: 'latency',
  unit: 'seconds',
  lines: [lineOf('p50', 0.04), lineOf('p99', 0.84), lineOf('p99.9', 2)],
});
const errorsOf = (value: number | null) =>
  signalOf({ kind: 'errors', unit: 'ratio', lines: [lineOf('5xx', value)] });

function check(
  what: { readonly signals: readonly Signal[]; readonly about?: Partial<ServiceSummary> },
  want: string,
): void {
  const signals: ServiceSignals = {
    now: NOW,
    service: 'checkout',
    description: null,
    signals: [...what.signals],
    versions: [],
    missing: [],
  };
  const text = describeService(signals, { ...summary, ...what.about })
    .map(({ tone, text: words }) => (tone === 'plain' ? words : `[${tone}] ${words}`))
    .join(' ')
    .replaceAll('\u00a0', ' ');
  assert.equal(text, want);
}

test('a service that is well says how well', () => {
  check(
    { signals: [latency, errorsOf(0)], about: { slo: sloOf() } },
    'Checkout is well. No request fails. 99 in 100 are answered within 840 ms. 50 % of its budget is left.',
  );
  check({ signals: [errorsOf(0.0002)] }, 'Checkout is well. 0.02 % of requests fail.');
});

test('what is not known is not called well without saying so', () => {
  const blind = 'Checkout is well. What its users see is not known: see what is missing.';
  check({ signals: [] }, blind);
  check({ signals: [errorsOf(null)] }, blind);
  check(
    { signals: [], about: { targetsUp: 0, targetsTotal: 0 } },
    'Checkout has no targets: nothing is measured.',
  );
});

test('a budget that burns comes before the alerts that say so', () => {
  const about = { slo: sloOf(BURNING), firing: { page: 1, ticket: 0, log: 0 } };
  check(
    { signals: [errorsOf(0.031)], about },
    `[page] Checkout is burning its budget 22× too fast. It is gone at ${viewerTime.clock(BURNING.exhaustedAt)}. 3.1 % of requests fail.`,
  );
  check({ signals: [], about: { slo: sloOf(SPENT) } }, '[ticket] Checkout has spent its budget.');
});

test('open alerts and silent targets are told', () => {
  check(
    { signals: [], about: { firing: { page: 0, ticket: 2, log: 0 }, targetsUp: 1 } },
    '[ticket] Checkout has 2 tickets open. 1 of 2 targets of checkout does not answer.',
  );
  check(
    { signals: [], about: { targetsUp: 0 } },
    '[ticket] None of the 2 targets of Checkout answers.',
  );
});

const grid = { fromMs: 0, toMs: 20_000, stepMs: 10_000 };
const answerOf = (points: readonly (readonly [number, number])[], toMs = 20_000) => ({
  grid: { ...grid, toMs },
  series: [{ metric: {}, points, hasHistograms: false }],
  warnings: [],
  infos: [],
  tookMs: 1,
});

test('lines of a signal share the newest grid, in their order, with gaps where one has no value', () => {
  const data = joinLines(
    ['p99', 'p50'],
    [
      answerOf([[0, 9]]),
      answerOf(
        [
          [20, 1],
          [30, 2],
        ],
        30_000,
      ),
    ],
  );
  assert.deepEqual(
    data?.lines.map(({ name, values }) => [name, values]),
    [
      ['p99', [9, null, null, null]],
      ['p50', [null, null, 1, 2]],
    ],
  );
  assert.equal(joinLines([], []), undefined);
  assert.equal(joinLines(['requests'], [answerOf([])])?.lines[0]?.name, '');
});

test('pages and tickets are marked on the graphs, logs and what never fired are not', () => {
  const marks = firedMarks([
    alertOf(),
    alertOf({ output: 'ticket', firedAt: NOW }),
    alertOf({ output: 'log' }),
    alertOf({ firedAt: null }),
  ]);
  assert.deepEqual(
    marks.map(({ atMs, isUrgent }) => [atMs, isUrgent]),
    [
      [NOW, false],
      [NOW - 9 * 60_000, true],
    ],
  );
});

test('the range of the graphs survives the URL', () => {
  for (const span of [
    { kind: 'last', lengthMs: 6 * 3_600_000 },
    { kind: 'between', fromMs: 1000, toMs: 5000 },
  ] as const) {
    assert.deepEqual(parseSpan(formatSpan(span)), span);
  }
});
