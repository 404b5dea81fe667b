import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsRecord } from '../series/index.ts';
import { readConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';
import { settleShard, shardOf } from './shard-config.ts';

const read = (text: string): ReturnType<typeof readConfig> =>
  readConfig({ text, file: 'nines.yaml', checkExpression });

describe('shard', () => {
  it('takes the host’s name where the file says none, so that one file serves all members', () => {
    const text = 'shard: { members: [n-0, n-1] }';
    const { config, faults } = settleShard(read(text), 'n-1');
    assert.deepEqual(faults, []);
    assert.deepEqual(shardOf(config), {
      members: ['n-0', 'n-1'],
      name: 'n-1',
      replicationFactor: 1,
    });
    assert.equal(labelsRecord(config.global.externalLabels).replica, undefined);
  });

  it('puts the member’s name on series that leave, as the replica label', () => {
    const text = `
global: { external_labels: { region: eu } }
shard: { members: [a, b], name: b, replication_factor: 2, replica_label: replica }`;
    const { config } = settleShard(read(text), 'host');
    assert.deepEqual(labelsRecord(config.global.externalLabels), { region: 'eu', replica: 'b' });
  });

  it('is refused at the start where the host is no member, and can still be checked there', () => {
    const checked = read('shard: { members: [a, b] }');
    assert.deepEqual(checked.faults, []);
    const { faults } = settleShard(checked, 'c');
    const why = 'shard.name is not said, and the name of this host, "c", is none of shard.members';
    assert.deepEqual(faults, [`nines.yaml:1:1: ${why}`]);
  });

  it('says what is wrong with it, and where', () => {
    const check = (shard: string, ...faults: readonly string[]): void => {
      const found = read(`shard: ${shard}`).faults.map((one) => one.replace('nines.yaml:', ''));
      assert.deepEqual(found, faults, shard);
    };
    check('{}', '1:8: shard needs members, the names of all of them');
    check('{ members: [] }', '1:19: shard needs members, the names of all of them');
    check('{ members: [a, a] }', '1:23: the member "a" stands twice');
    check('{ members: [a, b], name: c }', '1:33: shard.name "c" is none of shard.members');
    check(
      '{ members: [a], replica_label: __name__ }',
      '1:39: shard.replica_label "__name__" is not a label name such as replica',
    );
    check(
      '{ members: [a, b], replication_factor: 3 }',
      '1:47: shard.replication_factor must be from 1 to the number of members, 2, got 3',
    );
    check(
      '{ members: [a, b], replication_factor: 0 }',
      '1:47: shard.replication_factor must be from 1 to the number of members, 2, got 0',
    );
  });
});
