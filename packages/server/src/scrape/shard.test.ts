import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import { findOwners } from './shard.ts';

const TARGET_COUNT = 4_000;
const TARGETS = Array.from({ length: TARGET_COUNT }, (_, i) => hash('md5', `target ${i}`));

function listOwners(members: readonly string[], replicationFactor = 1): string[][] {
  const shard = { members, name: members[0], replicationFactor };
  return TARGETS.map((identity) => [...findOwners(shard, identity)]);
}

function countMoved(before: readonly string[][], after: readonly string[][]): number {
  const gained = after.map((owners, i) => owners.filter((one) => !before[i].includes(one)).length);
  return gained.reduce((sum, count) => sum + count, 0);
}

describe('sharing out targets', () => {
  it('gives each to as many members as are to have it, all of them different', () => {
    for (const factor of [1, 2, 3]) {
      for (const owners of listOwners(['a', 'b', 'c'], factor)) {
        assert.equal(new Set(owners).size, factor);
      }
    }
  });

  it('gives every member about as many', () => {
    const counts = Map.groupBy(listOwners(['a', 'b', 'c', 'd', 'e'], 2).flat(), (one) => one);
    const share = (2 * TARGET_COUNT) / 5;
    assert.equal(counts.size, 5);
    for (const [member, { length }] of counts) {
      assert.ok(Math.abs(length - share) < share * 0.1, `${member} has ${length}, not ${share}`);
    }
  });

  it('does not depend on the order of members', () => {
    assert.deepEqual(listOwners(['a', 'b', 'c'], 2), listOwners(['c', 'a', 'b'], 2));
  });

  it('goes on as it was computed before: members of two versions agree', () => {
    const shard = { members: ['a', 'b', 'c'], name: 'a', replicationFactor: 3 };
    assert.deepEqual(findOwners(shard, TARGETS[0]), ['c', 'a', 'b']);
    assert.deepEqual(findOwners(shard, TARGETS[1]), ['a', 'b', 'c']);
  });

  const changes: readonly {
    readonly what: string;
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly factor: number;
    readonly movedShare: number;
  }[] = [
    { what: 'a third', from: ['a', 'b'], to: ['a', 'b', 'c'], factor: 1, movedShare: 1 / 3 },
    {
      what: 'a fourth',
      from: ['a', 'b', 'c'],
      to: ['a', 'b', 'c', 'd'],
      factor: 1,
      movedShare: 1 / 4,
    },
    {
      what: 'a fourth, twice',
      from: ['a', 'b', 'c'],
      to: ['d', 'c', 'b', 'a'],
      factor: 2,
      movedShare: 2 / 4,
    },
    {
      what: 'one less',
      from: ['a', 'b', 'c', 'd'],
      to: ['a', 'b', 'd'],
      factor: 1,
      movedShare: 1 / 4,
    },
  ];
  for (const { what, from, to, factor, movedShare } of changes) {
    it(`moves no more than the share of the member that came or went: ${what}`, () => {
      const moved = countMoved(listOwners(from, factor), listOwners(to, factor)) / TARGET_COUNT;
      assert.ok(Math.abs(moved - movedShare) < 0.03, `${moved} moved; want ${movedShare}`);
    });
  }

  it('moves targets to the member that came, and between no others', () => {
    const before = listOwners(['a', 'b', 'c']);
    const after = listOwners(['a', 'b', 'c', 'd']);
    for (const [i, owners] of after.entries()) {
      assert.ok(owners[0] === 'd' || owners[0] === before[i][0]);
    }
  });
});
