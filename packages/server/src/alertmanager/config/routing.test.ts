import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../../series/index.ts';
import { parseMatchers } from './matchers.ts';
import type { Route } from './model.ts';
import { matchRoutes, type RouteTrace, traceRoutes, walkRoutes } from './routing.ts';

function route(receiver: string, matchers: string, rest: Partial<Route> = {}): Route {
  return {
    id: receiver,
    key: receiver,
    receiver,
    groupBy: [],
    groupByAll: false,
    groupWaitMs: 0,
    groupIntervalMs: 1,
    repeatIntervalMs: 1,
    matchers: parseMatchers(matchers),
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
    place: { file: 'f', line: 1, column: 1 },
    ...rest,
  };
}

const TREE = route('root', '', {
  routes: [
    route('audit', 'kind=~".+"', { continue: true }),
    route('db', 'team="db"', {
      routes: [
        route('db-pager', 'severity="page"', { continue: true }),
        route('db-mail', 'severity=~"page|ticket"'),
        route('db-night', 'severity=~".+"'),
      ],
    }),
    route('late', 'team=~".*"'),
  ],
});

function outcomes(trace: RouteTrace): readonly string[] {
  const { route: at, outcome } = trace;
  return [`${at.receiver}: ${outcome.kind}`, ...trace.routes.flatMap(outcomes)];
}

describe('the routing tree', () => {
  const check = (labels: Readonly<Record<string, string>>, want: readonly string[]): void =>
    void it(`sends ${JSON.stringify(labels)} to ${want.join(', ')}`, () => {
      const found = matchRoutes(TREE, createLabels(labels));
      assert.deepEqual(
        found.map(({ receiver }) => receiver),
        want,
      );
      const notified = outcomes(traceRoutes(TREE, createLabels(labels)))
        .filter((line) => line.endsWith(': notifies'))
        .map((line) => line.split(':')[0]);
      assert.deepEqual(notified, want);
    });

  check({ team: 'db', severity: 'page' }, ['db-pager', 'db-mail']);
  check({ team: 'db', severity: 'ticket' }, ['db-mail']);
  check({ team: 'db' }, ['db']);
  check({ team: 'db', severity: 'x', kind: 'y' }, ['audit', 'db-night']);
  check({}, ['late']);

  it('asks no further where a route does not say to continue, and says so', () => {
    const labels = createLabels({ team: 'db', severity: 'ticket' });
    assert.deepEqual(outcomes(traceRoutes(TREE, labels)), [
      'root: passes on',
      'audit: not matched',
      'db: passes on',
      'db-pager: not matched',
      'db-mail: notifies',
      'db-night: not reached',
      'late: not reached',
    ]);
  });

  it('goes through a tree with parents first', () => {
    assert.equal(
      [...walkRoutes(TREE)].map((one) => one.receiver).join(' '),
      'root audit db db-pager db-mail db-night late',
    );
  });
});
