/** What an instance knows of its peers. */
import type { Item } from './format-message.ts';
import type { Identity, MemberStatus } from './model.ts';

export interface ClusterOptions {
  readonly name: string;
  readonly run: string;
  readonly label: string;
  /** Where peers reach us; '': where our messages come from. */
  readonly host: string;
  readonly port: number;
  /** `HOST:PORT` of the peers that the command line names; our own may be among them. */
  readonly peers: readonly string[];
  /** How long a turn is left to each peer before us. */
  readonly peerTimeoutMs: number;
  /** How often a peer hears of us at least. */
  readonly probeIntervalMs: number;
  /** How often a peer is sent everything. */
  readonly pushPullIntervalMs: number;
  /** Nothing is notified before peers have told what they know, for so long at most. */
  readonly settleTimeoutMs: number;
  /** How often a peer that is away is tried. */
  readonly reconnectIntervalMs: number;
  /** A peer that nobody named is forgotten when it has been away for so long. */
  readonly reconnectTimeoutMs: number;
}

export interface ClusterState {
  readonly options: ClusterOptions;
  status: MemberStatus;
  readySinceMs: number | undefined;
  readonly settleUntilMs: number;
  /** By address. */
  readonly peers: Map<string, Peer>;
  /** Which peer a post went to, by its id. */
  readonly posts: Map<number, Peer>;
  nextPostId: number;
}

export interface Peer {
  /** `HOST:PORT`. */
  readonly address: string;
  /** Whether the command line names it. */
  readonly isConfigured: boolean;
  /** As it last told of itself. */
  identity: Identity | undefined;
  /** Whether this address leads to ourselves, or to a peer that is known by another one. */
  isAlias: boolean;
  /** Whether it was heard of lately, and is not about to leave. */
  isAlive: boolean;
  /** Whether it has told us all that it knew when we started. */
  isCaughtUp: boolean;
  heardAtMs: number;
  /** Posts that failed since it was heard of. */
  missedCount: number;
  /** When it is next to hear of us, whether or not there are news. */
  nextPostAtMs: number;
  /** No news go to it before this: the last ones did not arrive. */
  holdUntilMs: number;
  nextAllAtMs: number;
  /** What it is to be sent beside the news. */
  needs: 'news' | 'all' | 'all with alerts';
  /** What it is to have and has not confirmed, by `itemKey`; the youngest form of each. */
  readonly outbox: Map<string, Item>;
  /** What is on its way, by the id of the post. */
  readonly inFlight: Map<number, ReadonlyMap<string, Item>>;
}

/** What the caller is to do. */
export type ClusterDecision =
  /** Post a message, and report by `noteAnswer`. */
  | {
      readonly kind: 'post';
      readonly postId: number;
      readonly address: string;
      readonly text: string;
      /** Whether it carries anything but our being there. */
      readonly hasItems: boolean;
    }
  | { readonly kind: 'joined'; readonly name: string; readonly address: string }
  | { readonly kind: 'left'; readonly name: string; readonly address: string }
  /** Begin to notify. `missing`: peers that did not tell what they know. */
  | {
      readonly kind: 'settled';
      readonly heardSinceMs: number | undefined;
      readonly missing: readonly string[];
    };
