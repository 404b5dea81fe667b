/** A service: what somebody owns, and which series and alerts belong to it. */
import type { Matcher } from '../series/index.ts';

export interface Service {
  readonly name: string;
  /** The person or team that looks after it; '' where nobody was declared. */
  readonly owner: string;
  readonly description: string | undefined;
  /** Labels belong to the service when every matcher of any one of these selectors agrees. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Where the first steps for its alerts are written down. */
  readonly playbook: string | undefined;
  /** The name of its escalation policy; undefined means the first one. */
  readonly escalationPolicy: string | undefined;
  /** False for a service that exists only because its `job` was seen. */
  readonly isDeclared: boolean;
}
