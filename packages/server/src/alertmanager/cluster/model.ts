/** What instances of a cluster say to each other (docs/formats/alertmanager-cluster.md). */
import type { Replica } from '../replica.ts';

export type MemberStatus = 'settling' | 'ready' | 'leaving';

/** An instance, as it tells of itself. */
export interface Identity {
  /** For people; of a start, or chosen. */
  readonly name: string;
  /** Differs between any two starts of any instances. */
  readonly run: string;
  /** Where others reach it; '': where its messages come from. */
  readonly host: string;
  readonly port: number;
  readonly status: MemberStatus;
  /** Since when it notifies; undefined: it does not yet. The longest comes first. */
  readonly readySinceMs: number | undefined;
}

/** Where an instance is reached. */
export interface Contact {
  readonly run: string;
  /** `HOST:PORT`. */
  readonly address: string;
}

export interface Message {
  /** Clusters with different labels have nothing to do with each other. */
  readonly label: string;
  readonly from: Identity;
  /** The run that it is meant for, where its sender knows it; else ''. */
  readonly toRun: string;
  readonly sentAtMs: number;
  /** The others that its sender knows to be there. */
  readonly members: readonly Contact[];
  readonly replica: Replica;
  /** Whether nothing else is on its way to that run: with this it has all that its sender has. */
  readonly isComplete: boolean;
}
