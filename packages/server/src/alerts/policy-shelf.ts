/** The escalation policies in force. */
import { assert } from '../platform/index.ts';
import {
  createProbationPolicy,
  type EscalationPolicy,
  probationAuthor,
  TEST_POLICY,
} from './policy.ts';

export interface PolicyShelf {
  /** Channels are the names of all that are declared. */
  apply(policies: readonly EscalationPolicy[], channels: readonly string[]): void;
  /** The policy of a name, else the first; of a probation, whom its author can be reached by now. */
  policyOf: (name: string | undefined) => EscalationPolicy;
}

/** Builds the shelf. Invariant: there is always a first policy. */
export function createPolicyShelf(
  policies: readonly EscalationPolicy[],
  channels: readonly string[],
): PolicyShelf {
  let current = policies;
  let known = channels;
  const first = (): EscalationPolicy => {
    const [policy] = current;
    assert(policy !== undefined, 'there is no escalation policy');
    return policy;
  };
  return {
    apply(next, nextChannels) {
      current = next;
      known = nextChannels;
    },
    policyOf(name) {
      if (name === TEST_POLICY.name) return TEST_POLICY;
      const author = name === undefined ? undefined : probationAuthor(name);
      if (author !== undefined) return createProbationPolicy(author, known);
      return current.find((policy) => policy.name === name) ?? first();
    },
  };
}
