import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSettled } from './model.ts';
import { SITES } from './sample-stories.ts';
import { createSampleWeek, onCallAt } from './sample-week.ts';
import { STAGE_START_MS } from './testing.ts';

const DAY_MS = 86_400_000;
const SEEDS = [1, 2, 3, 2016];

describe('the sample week', () => {
  it('is the same for the same seed and time, and another one for another', () => {
    const week = createSampleWeek(1, STAGE_START_MS);
    assert.deepEqual(createSampleWeek(1, STAGE_START_MS), week);
    assert.notDeepEqual(createSampleWeek(2, STAGE_START_MS), week);
  });

  it('fills the seven days before with what is all over', () => {
    for (const seed of SEEDS) {
      const week = createSampleWeek(seed, STAGE_START_MS);
      assert.ok(week.length >= 60 && week.length <= 90, `${week.length} alerts with seed ${seed}`);
      for (const { file, entries } of week) {
        const { alert } = file;
        assert.ok(isSettled(file), alert.name);
        assert.equal(alert.origin, 'sample');
        const times = [alert.activeAtMs, ...entries.map(({ atMs }) => atMs)];
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
          alert.name,
        );
        assert.ok(entries[0].atMs >= STAGE_START_MS - 7 * DAY_MS, alert.name);
        assert.ok(
          times.every((atMs) => atMs < STAGE_START_MS),
          alert.name,
        );
        assert.deepEqual(
          entries.map(({ sequence }) => sequence),
          [...entries.keys()],
        );
        assert.equal(entries.length, alert.historyCount);
      }
    }
  });

  it('has pages, tickets and logs, quick and late acknowledgements, notes and tags', () => {
    const week = createSampleWeek(2016, STAGE_START_MS);
    const alerts = week.map(({ file }) => file.alert);
    const kinds = new Set(week.flatMap(({ entries }) => entries.map(({ kind }) => kind)));
    const tags = new Set(alerts.flatMap((alert) => alert.tags));
    assert.deepEqual([...new Set(alerts.map(({ output }) => output))].toSorted(), [
      'log',
      'page',
      'ticket',
    ]);
    for (const kind of ['alert.acknowledged', 'page.delivered', 'page.escalated'] as const) {
      assert.ok(kinds.has(kind), kind);
    }
    for (const tag of ['bogus', 'cause:deploy', 'cause:network:switch', 'customer:acme']) {
      assert.ok(tags.has(tag), tag);
    }
    const actors = new Set(week.flatMap(({ entries }) => entries.map(({ actor }) => actor)));
    assert.ok(actors.size >= 6, `${actors.size} people`);
    assert.ok(alerts.some(({ resolvedBy }) => resolvedBy !== undefined));
  });

  it('gives ids that sort by the time of firing, as those of real alerts do', () => {
    const ids = createSampleWeek(2016, STAGE_START_MS).map(({ file }) => file.alert.id);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, ids.length);
  });

  it('hands the pager from Seoul to Zürich at noon UTC, and on to the next person each day', () => {
    const noonMs = Date.UTC(2026, 0, 2, 12);
    assert.ok(SITES[0].people.includes(onCallAt(noonMs - 1)));
    assert.ok(SITES[1].people.includes(onCallAt(noonMs)));
    assert.notEqual(onCallAt(noonMs), onCallAt(noonMs + DAY_MS));
  });
});
