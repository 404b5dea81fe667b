import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { askRoutes } from './ask-routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'nines-routes-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'am.yml');
writeFileSync(
  file,
  `route:
  receiver: all
  routes:
    - matchers: [team="db"]
      receiver: db
      group_by: [zone]
      active_time_intervals: [day]
    - matchers: [team=~".+"]
      receiver: others
receivers: [{ name: all }, { name: db }, { name: others }]
time_intervals: [{ name: day, time_intervals: [{ weekdays: ['monday:friday'] }] }]
`,
);

describe('the routes of an alert', () => {
  it('tells who gets it, and of each other route why not', () => {
    const { faults, receivers, routes } = askRoutes(file, ['team=db']);
    assert.deepEqual(faults, []);
    assert.deepEqual(receivers, ['db']);
    assert.deepEqual(
      routes.map(({ line, depth, outcome, why }) => `${line} ${depth} ${outcome}: ${why}`),
      [
        '2 0 passes on: it matches, and routes below it take the alert',
        '4 1 notifies: it matches, and no route below it does',
        '8 1 not reached: the route of line 4 took the alert and does not say continue',
      ],
    );
    assert.deepEqual(routes[1].groupBy, ['zone']);
    assert.deepEqual(routes[1].activeTimeIntervals, ['day']);
    assert.equal(
      askRoutes(file, ['x=y']).routes[1].why,
      'team="db" is not met: the label team is not there',
    );
  });

  it('shows the tree where no alert is asked for', () => {
    const { receivers, routes } = askRoutes(file, []);
    assert.deepEqual(receivers, []);
    assert.deepEqual(
      routes.map(({ matchers, receiver, outcome }) => [matchers, receiver, outcome]),
      [
        ['default-route', 'all', undefined],
        ['{team="db"}', 'db', undefined],
        ['{team=~".+"}', 'others', undefined],
      ],
    );
  });

  it('refuses what is no label, and tells the faults of a file', () => {
    assert.throws(() => askRoutes(file, ['team!=db']), /a label is written name=value/);
    assert.throws(() => askRoutes(file, ['team']), /bad matcher format/);
    assert.match(askRoutes(join(folder, 'none.yml'), []).faults[0], /^[^:]*none\.yml:1:1: cannot/);
    const bad = join(folder, 'bad.yml');
    writeFileSync(bad, 'route: {}\n');
    assert.match(askRoutes(bad, []).faults[0], /bad\.yml:1:8: the root route must name a receiver/);
  });
});
