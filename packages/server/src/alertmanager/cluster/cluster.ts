/**
 * The cluster as a pure core: who is there, what they are to be told, whose turn comes first.
 *
 * Each instance posts what changes to each of the others at once, and at least once in each probe
 * interval that it is there. What a peer does not confirm stays in its outbox; one that was away, or
 * that has started anew, is sent everything. So there is no peer that others depend on, and nothing
 * to elect: a peer's position is its place among the names of those that are there, and a turn waits
 * `peer_timeout` for each position before it, as Alertmanager's. Names of a start begin with its
 * time, so who has just started comes last.
 *
 * An instance that starts notifies nothing until each peer has told all that it knows, or is not
 * there. Nothing here waits, sends or stores: answers are decisions, which the caller carries out.
 */
import { invalid, limitExceeded } from '../../platform/index.ts';
import type { Replica } from '../replica.ts';
import { formatMessage, type Item } from './format-message.ts';
import { PEERS_MAX, PROBES_MISSED_MAX } from './limits.ts';
import type { Contact, Identity, Message } from './model.ts';
import { describeSelf, itemKey, listItems, listPresent, pump, type ReadReplica } from './outbox.ts';
import type { ClusterDecision, ClusterOptions, ClusterState, Peer } from './state.ts';

/** The instant, and what we know at it. */
export interface ClusterNow {
  readonly nowMs: number;
  readonly readReplica: ReadReplica;
}

/** Builds the state of an instance that starts. */
export function createCluster(options: ClusterOptions, nowMs: number): ClusterState {
  const state: ClusterState = {
    options,
    status: 'settling',
    readySinceMs: undefined,
    settleUntilMs: nowMs + options.settleTimeoutMs,
    peers: new Map(),
    posts: new Map(),
    nextPostId: 1,
  };
  for (const address of options.peers) addPeer(state, { address, isConfigured: true }, nowMs);
  return state;
}

/** Time has passed. */
export function tickCluster(state: ClusterState, at: ClusterNow): readonly ClusterDecision[] {
  const { nowMs } = at;
  const { probeIntervalMs, reconnectTimeoutMs } = state.options;
  const decisions: ClusterDecision[] = [];
  for (const peer of state.peers.values()) {
    const unheardMs = nowMs - peer.heardAtMs;
    if (unheardMs > PROBES_MISSED_MAX * probeIntervalMs) decisions.push(...miss(peer));
    if (!peer.isConfigured && !peer.isAlive && unheardMs > reconnectTimeoutMs) {
      state.peers.delete(peer.address);
    }
  }
  return [...decisions, ...settle(state, nowMs), ...pumpAll(state, at)];
}

/** When `tickCluster` is due next. */
export function nextClusterAtMs(state: ClusterState): number | undefined {
  const atMs = [...state.peers.values()].map(({ nextPostAtMs }) => nextPostAtMs);
  if (state.status === 'settling') atMs.push(state.settleUntilMs);
  return atMs.length === 0 ? undefined : Math.min(...atMs);
}

/** Tells the peers that are there. */
export function publish(
  state: ClusterState,
  news: Partial<Replica>,
  at: ClusterNow,
): readonly ClusterDecision[] {
  for (const item of listItems(news)) {
    for (const peer of listPresent(state)) peer.outbox.set(itemKey(item), item);
  }
  return pumpAll(state, at);
}

/** Whether no peer that is there has yet to confirm what was published. */
export function isConfirmed(state: ClusterState, news: Partial<Replica>): boolean {
  const keys = [...listItems(news)].map(itemKey);
  return listPresent(state).every(({ outbox, inFlight }) =>
    keys.every(
      (key) => !outbox.has(key) && ![...inFlight.values()].some((batch) => batch.has(key)),
    ),
  );
}

/** Takes in what came of a post; undefined: it did not arrive, or was refused. */
export function noteAnswer(
  state: ClusterState,
  what: { readonly postId: number; readonly message: Message | undefined },
  at: ClusterNow,
): readonly ClusterDecision[] {
  const { postId, message } = what;
  const peer = state.posts.get(postId);
  state.posts.delete(postId);
  if (peer === undefined || state.peers.get(peer.address) !== peer) return [];
  const batch = peer.inFlight.get(postId);
  peer.inFlight.delete(postId);
  if (message === undefined) {
    if (peer.isAlive && batch !== undefined) putBack(peer, batch);
    peer.missedCount++;
    peer.holdUntilMs = at.nowMs + state.options.probeIntervalMs;
    return settle(state, at.nowMs);
  }
  const heard = hear(state, peer, { identity: message.from, nowMs: at.nowMs });
  meet(state, message.members, at.nowMs);
  return [...heard, ...settle(state, at.nowMs), ...pump(state, peer, at)];
}

/** What was published meanwhile is younger. */
function putBack(peer: Peer, batch: ReadonlyMap<string, Item>): void {
  for (const [key, item] of batch) if (!peer.outbox.has(key)) peer.outbox.set(key, item);
}

export interface TakenMessage {
  /** What we are to take in, before it is answered. */
  readonly replica: Replica;
  /** The run of its sender. */
  readonly run: string;
  /** Whether its sender has now told all that it knows. */
  readonly completes: boolean;
  readonly decisions: readonly ClusterDecision[];
}

/**
 * Takes a message in; `host` is where it comes from. Throws `CLUSTER_LABEL_DIFFERS` and
 * `CLUSTER_FULL`.
 */
export function takeMessage(
  state: ClusterState,
  { message, host }: { readonly message: Message; readonly host: string },
  at: ClusterNow,
): TakenMessage {
  const { from, label, replica, isComplete, toRun } = message;
  const { options } = state;
  if (label !== options.label) {
    const text = `this cluster's label is "${options.label}", the message's is "${label}"; give both the same --cluster.label, or keep them apart`;
    throw invalid('CLUSTER_LABEL_DIFFERS', text);
  }
  const taken = { run: from.run, completes: isComplete && toRun === options.run };
  if (from.run === options.run) {
    return { ...taken, replica: { alerts: [], silences: [], log: [] }, decisions: [] };
  }
  const peer = findSender(state, { from, host }, at.nowMs);
  const heard = hear(state, peer, { identity: from, nowMs: at.nowMs });
  meet(state, message.members, at.nowMs);
  const decisions = [...heard, ...pump(state, peer, at)];
  // Alerts of others are for a start: later, senders tell us themselves.
  const alerts = state.status === 'settling' ? replica.alerts : [];
  return { ...taken, replica: { ...replica, alerts }, decisions };
}

/** Takes note that what a message brought is on disk; answers the text of the answer. */
export function answerMessage(
  state: ClusterState,
  { run, completes }: Pick<TakenMessage, 'run' | 'completes'>,
  nowMs: number,
): { readonly text: string; readonly decisions: readonly ClusterDecision[] } {
  const peer = [...state.peers.values()].find(({ identity }) => identity?.run === run);
  if (peer !== undefined && completes) peer.isCaughtUp = true;
  const decisions = settle(state, nowMs);
  const head = describeSelf(state, { run, isComplete: false }, nowMs);
  return { text: formatMessage(head, { silence: [], entry: [], alert: [] }), decisions };
}

/** Says good-bye: those who are there need not wait for us from now on. */
export function leaveCluster(state: ClusterState, at: ClusterNow): readonly ClusterDecision[] {
  state.status = 'leaving';
  for (const peer of listPresent(state)) peer.nextPostAtMs = at.nowMs;
  return listPresent(state).flatMap((peer) => pump(state, peer, at));
}

/** Our place among those who are there, from 0. */
export function positionOf(state: ClusterState): number {
  const { name, run } = state.options;
  return listPresent(state).filter(({ identity }) => {
    if (identity === undefined) return false;
    return identity.name === name ? identity.run < run : identity.name < name;
  }).length;
}

function addPeer(
  state: ClusterState,
  { address, isConfigured }: Pick<Peer, 'address' | 'isConfigured'>,
  nowMs: number,
): Peer {
  const peer: Peer = {
    address,
    isConfigured,
    identity: undefined,
    isAlias: false,
    isAlive: false,
    isCaughtUp: false,
    heardAtMs: nowMs,
    missedCount: 0,
    nextPostAtMs: nowMs,
    holdUntilMs: nowMs,
    nextAllAtMs: nowMs,
    needs: 'news',
    outbox: new Map(),
    inFlight: new Map(),
  };
  state.peers.set(address, peer);
  return peer;
}

function findSender(
  state: ClusterState,
  { from, host }: { readonly from: Identity; readonly host: string },
  nowMs: number,
): Peer {
  const address = `${from.host === '' ? host : from.host}:${from.port}`;
  const known =
    [...state.peers.values()].find(({ identity, isAlias }) => {
      return !isAlias && identity?.run === from.run;
    }) ?? state.peers.get(address);
  if (known !== undefined) return known;
  if (state.peers.size >= PEERS_MAX) {
    const text = `${state.peers.size} peers are known, and no more are taken; ${from.name} at ${address} is another one`;
    throw limitExceeded('CLUSTER_FULL', text);
  }
  return addPeer(state, { address, isConfigured: false }, nowMs);
}

/** Takes note of peers that a peer knows. */
function meet(state: ClusterState, members: readonly Contact[], nowMs: number): void {
  const runs = new Set([...state.peers.values()].map(({ identity }) => identity?.run));
  for (const { run, address } of members) {
    if (run === state.options.run || runs.has(run)) continue;
    if (state.peers.has(address) || state.peers.size >= PEERS_MAX) continue;
    addPeer(state, { address, isConfigured: false }, nowMs);
  }
}

function hear(
  state: ClusterState,
  peer: Peer,
  { identity, nowMs }: { readonly identity: Identity; readonly nowMs: number },
): readonly ClusterDecision[] {
  const other = [...state.peers.values()].find(
    (one) => one !== peer && !one.isAlias && one.identity?.run === identity.run,
  );
  // What was met by another address before it was found by the one that it was named by.
  if (other !== undefined && !other.isConfigured) state.peers.delete(other.address);
  peer.isAlias = identity.run === state.options.run || other?.isConfigured === true;
  const isNew = peer.identity?.run !== identity.run;
  const wasAlive = peer.isAlive && !isNew;
  const before = peer.isAlive && isNew ? miss(peer) : [];
  peer.identity = identity;
  peer.heardAtMs = nowMs;
  peer.missedCount = 0;
  if (isNew) peer.isCaughtUp = other?.isCaughtUp ?? false;
  if (peer.isAlias) return before;
  if (identity.status === 'leaving') return [...before, ...miss(peer)];
  peer.isAlive = true;
  if (wasAlive) return before;
  const hasAlerts = identity.status === 'settling' && state.status === 'ready';
  peer.needs = hasAlerts ? 'all with alerts' : 'all';
  peer.holdUntilMs = nowMs;
  return [...before, { kind: 'joined', name: identity.name, address: peer.address }];
}

/** It is not there any more; on coming back it is sent everything. */
function miss(peer: Peer): readonly ClusterDecision[] {
  if (!peer.isAlive) return [];
  peer.isAlive = false;
  peer.needs = 'news';
  peer.outbox.clear();
  return [{ kind: 'left', name: peer.identity?.name ?? '', address: peer.address }];
}

function settle(state: ClusterState, nowMs: number): readonly ClusterDecision[] {
  if (state.status !== 'settling') return [];
  const missing = [...state.peers.values()].filter((peer) => !peer.isAlias && !peer.isCaughtUp);
  const awaited = missing.filter(({ isAlive, missedCount, identity }) => {
    return isAlive || (identity?.status !== 'leaving' && missedCount < PROBES_MISSED_MAX);
  });
  if (awaited.length > 0 && nowMs < state.settleUntilMs) return [];
  state.status = 'ready';
  state.readySinceMs = nowMs;
  const sinceMs = listPresent(state)
    .filter(({ isCaughtUp }) => isCaughtUp)
    .map(({ identity }) => identity?.readySinceMs)
    .filter((atMs) => atMs !== undefined);
  for (const peer of listPresent(state)) peer.nextPostAtMs = nowMs;
  return [
    {
      kind: 'settled',
      heardSinceMs: sinceMs.length === 0 ? undefined : Math.min(...sinceMs),
      missing: missing.map(({ address }) => address),
    },
  ];
}

function pumpAll(state: ClusterState, at: ClusterNow): readonly ClusterDecision[] {
  return [...state.peers.values()].flatMap((peer) => pump(state, peer, at));
}
