/**
 * Which member of a scrape layer scrapes a target.
 *
 * Every member computes it for itself, from the list of members alone, so there is nothing to
 * agree on and nobody to ask. Each member gets a weight for each target, and the heaviest have it:
 * rendezvous hashing (Thaler, Ravishankar: "Using Name-Based Mappings to Increase Hit Rates",
 * IEEE/ACM Transactions on Networking 6(1), 1998). A member that comes takes an even share from all
 * others, one that goes leaves its own to all others, and nothing else moves; with
 * `hash mod members` nearly everything would.
 */
import { hash } from 'node:crypto';

export interface ShardConfig {
  /** Unique; their order does not matter. */
  readonly members: readonly string[];
  /** Which of them we are. */
  readonly name: string;
  /** How many members scrape each target; at most as many as there are. */
  readonly replicationFactor: number;
}

/**
 * On a target after relabelling, with any value: all members scrape it. The name is the Prometheus
 * operator's.
 */
export const DISABLE_SHARDING = '__tmp_disable_sharding';

/** The members that have a target, the heaviest first; `identity` is the same for all of them. */
export function findOwners(shard: ShardConfig, identity: string): readonly string[] {
  return shard.members
    .map((member) => ({ member, weight: hash('md5', `${member}\n${identity}`) }))
    .sort((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0))
    .slice(0, shard.replicationFactor)
    .map(({ member }) => member);
}
