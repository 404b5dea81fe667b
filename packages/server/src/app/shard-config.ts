/** Reads `shard`: the members of a scrape layer, and which of them this server is. */
import { type YamlValue, readCount } from '../platform/index.ts';
import { type ShardConfig } from '../scrape/index.ts';
import { isPlainLabelName, mergeLabels } from '../series/index.ts';
import type { ReadConfig } from './config.ts';
import { SHARD_MEMBERS_MAX } from './limits.ts';

/** As it stands in the file: our own name may be the host's, which only a start asks for. */
export interface ShardEntry extends Omit<ShardConfig, 'name'> {
  readonly name: string | undefined;
  /** The label that tells series of different members apart when they leave; '': none does. */
  readonly replicaLabel: string;
}

export function readShard(value: YamlValue | undefined): ShardEntry | undefined {
  if (value === undefined) return undefined;
  const fields = value.fields(['members', 'name', 'replication_factor', 'replica_label']);
  const members = readMembers(value, fields.find('members'));
  const nameField = fields.find('name');
  const name = nameField?.string();
  if (nameField !== undefined && name !== undefined && !members.includes(name)) {
    nameField.fault(`shard.name "${name}" is none of shard.members`);
  }
  const factorField = fields.find('replication_factor');
  const replicationFactor = readCount(factorField, 1);
  if (replicationFactor < 1 || replicationFactor > members.length) {
    const most = `from 1 to the number of members, ${members.length}`;
    factorField?.fault(`shard.replication_factor must be ${most}, got ${replicationFactor}`);
  }
  const labelField = fields.find('replica_label');
  const replicaLabel = labelField?.string() ?? '';
  if (replicaLabel.startsWith('__') || (replicaLabel !== '' && !isPlainLabelName(replicaLabel))) {
    labelField?.fault(`shard.replica_label "${replicaLabel}" is not a label name such as replica`);
  }
  return { members, name, replicationFactor, replicaLabel };
}

function readMembers(owner: YamlValue, list: YamlValue | undefined): readonly string[] {
  const items = list?.list() ?? [];
  const members = new Set<string>();
  for (const item of items) {
    const member = item.string();
    if (member === '') item.fault(`${item.path} is empty; want the name of a member`);
    if (members.has(member)) item.fault(`the member "${member}" stands twice`);
    members.add(member);
  }
  if (items.length === 0) (list ?? owner).fault('shard needs members, the names of all of them');
  if (items.length > SHARD_MEMBERS_MAX) {
    list?.fault(
      `shard.members has ${items.length} names; at most ${SHARD_MEMBERS_MAX} are allowed`,
    );
  }
  return [...members];
}

/**
 * Says who we are in a configuration that is to be put into force: the host's name where the file
 * says none, so that one file serves all members. It is the value of `replica_label`, too.
 */
export function settleShard(read: ReadConfig, hostName: string): ReadConfig {
  const { config, faults } = read;
  const { shard, global } = config;
  if (shard === undefined || faults.length > 0) return read;
  const name = shard.name ?? hostName;
  if (!shard.members.includes(name)) {
    const fault = `${config.file}:1:1: shard.name is not said, and the name of this host, "${name}", is none of shard.members`;
    return { ...read, faults: [...faults, fault] };
  }
  const { replicaLabel } = shard;
  const own = { names: [replicaLabel], values: [name] };
  const externalLabels =
    replicaLabel === '' ? global.externalLabels : mergeLabels(global.externalLabels, own);
  const settled = { shard: { ...shard, name }, global: { ...global, externalLabels } };
  return { ...read, config: { ...config, ...settled } };
}

/** What scraping needs of it, once it is settled. */
export function shardOf({ shard }: ReadConfig['config']): ShardConfig | undefined {
  if (shard?.name === undefined) return undefined;
  const { members, name, replicationFactor } = shard;
  return { members, name, replicationFactor };
}
