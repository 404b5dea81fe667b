/** The escalation policies in force. */
import { assert } from '../platform/index.ts';
import { type EscalationPolicy, TEST_POLICY } from './policy.ts';

export interface PolicyShelf {
  apply(policies: readonly EscalationPolicy[]): void;
  /** The policy of a name, else the first. */
  policyOf: (name: string | undefined) => EscalationPolicy;
}

/** Builds the shelf. Invariant: there is always a first policy. */
export function createPolicyShelf(policies: readonly EscalationPolicy[]): PolicyShelf {
  let current = policies;
  const first = (): EscalationPolicy => {
    const [policy] = current;
    assert(policy !== undefined, 'there is no escalation policy');
    return policy;
  };
  return {
    apply(next) {
      current = next;
    },
    policyOf(name) {
      if (name === TEST_POLICY.name) return TEST_POLICY;
      return current.find((policy) => policy.name === name) ?? first();
    },
  };
}
