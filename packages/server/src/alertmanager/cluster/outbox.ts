/** What goes to a peer, and when. */
import { logKeyText } from '../dedup.ts';
import type { Replica } from '../replica.ts';
import { formatItem, formatMessage, type Item, type ItemTexts } from './format-message.ts';
import { MESSAGE_CHARS_AIM, POSTS_AT_ONCE_MAX, PROBES_MISSED_MAX } from './limits.ts';
import type { Message } from './model.ts';
import type { ClusterDecision, ClusterState, Peer } from './state.ts';

/** Answers everything that a peer may lack. */
export type ReadReplica = () => Replica;

/** The parts of a replica, one by one. */
export function* listItems(replica: Partial<Replica>): Generator<Item> {
  for (const silence of replica.silences ?? []) yield { kind: 'silence', silence };
  for (const entry of replica.log ?? []) yield { kind: 'entry', entry };
  for (const alert of replica.alerts ?? []) yield { kind: 'alert', alert };
}

/** The same for all forms of one thing. */
export function itemKey(item: Item): string {
  switch (item.kind) {
    case 'silence':
      return `silence ${item.silence.id}`;
    case 'entry':
      return `entry ${logKeyText(item.entry)}`;
    case 'alert':
      return `alert ${item.alert.alert.fingerprint}`;
  }
}

/** What a message says of its sender. */
export function describeSelf(
  state: ClusterState,
  to: { readonly run: string; readonly isComplete: boolean },
  nowMs: number,
): Omit<Message, 'replica'> {
  const { name, run, label, host, port } = state.options;
  return {
    label,
    from: { name, run, host, port, status: state.status, readySinceMs: state.readySinceMs },
    toRun: to.run,
    sentAtMs: nowMs,
    members: listPresent(state).map(({ address, identity }) => ({
      run: identity?.run ?? '',
      address,
    })),
    isComplete: to.isComplete,
  };
}

/** The peers that are there. */
export function listPresent(state: ClusterState): readonly Peer[] {
  return [...state.peers.values()].filter(({ isAlive, isAlias }) => isAlive && !isAlias);
}

/** Posts what a peer is to have now; where nothing is, that we are there, if it is time. */
export function pump(
  state: ClusterState,
  peer: Peer,
  at: { readonly nowMs: number; readonly readReplica: ReadReplica },
): readonly ClusterDecision[] {
  const { nowMs } = at;
  const decisions: ClusterDecision[] = [];
  if (peer.isAlive && !peer.isAlias && nowMs >= peer.holdUntilMs) {
    fill(state, peer, at);
    while (peer.outbox.size > 0 && peer.inFlight.size < POSTS_AT_ONCE_MAX) {
      decisions.push(post(state, peer, nowMs));
    }
  }
  if (decisions.length === 0 && nowMs >= peer.nextPostAtMs) {
    // One that has not answered yet is not asked again.
    if (peer.inFlight.size === 0) decisions.push(post(state, peer, nowMs));
    else peer.nextPostAtMs = nowMs + state.options.probeIntervalMs;
  }
  return decisions;
}

function fill(
  { options }: ClusterState,
  peer: Peer,
  at: { readonly nowMs: number; readonly readReplica: ReadReplica },
): void {
  const isDue = at.nowMs >= peer.nextAllAtMs;
  if (peer.needs === 'news' && !isDue) return;
  const { alerts, ...rest } = at.readReplica();
  const replica = peer.needs === 'all with alerts' ? { ...rest, alerts } : rest;
  for (const item of listItems(replica)) peer.outbox.set(itemKey(item), item);
  peer.needs = 'news';
  peer.nextAllAtMs = at.nowMs + options.pushPullIntervalMs;
}

function post(state: ClusterState, peer: Peer, nowMs: number): ClusterDecision {
  const { options } = state;
  const postId = state.nextPostId++;
  const { items, texts } = take(peer);
  const isComplete =
    peer.identity !== undefined &&
    peer.needs === 'news' &&
    peer.outbox.size === 0 &&
    [...peer.inFlight.values()].every((batch) => batch.size === 0);
  peer.inFlight.set(postId, items);
  state.posts.set(postId, peer);
  const isAway = peer.isAlias || (!peer.isAlive && peer.missedCount >= PROBES_MISSED_MAX);
  peer.nextPostAtMs = nowMs + (isAway ? options.reconnectIntervalMs : options.probeIntervalMs);
  const head = describeSelf(state, { run: peer.identity?.run ?? '', isComplete }, nowMs);
  const text = formatMessage(head, texts);
  return { kind: 'post', postId, address: peer.address, text, hasItems: items.size > 0 };
}

function take(peer: Peer): { readonly items: Map<string, Item>; readonly texts: ItemTexts } {
  const items = new Map<string, Item>();
  const texts: ItemTexts = { silence: [], entry: [], alert: [] };
  let chars = 0;
  for (const [key, item] of peer.isAlive ? peer.outbox : []) {
    if (chars >= MESSAGE_CHARS_AIM) break;
    const text = formatItem(item);
    chars += text.length;
    texts[item.kind].push(text);
    items.set(key, item);
    peer.outbox.delete(key);
  }
  return { items, texts };
}
