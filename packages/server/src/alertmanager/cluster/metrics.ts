/** What the cluster counts of itself, under Alertmanager's names. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { listPresent } from './outbox.ts';
import { positionOf } from './cluster.ts';
import type { ClusterState } from './state.ts';

export interface ClusterMetrics {
  countSent(text: string): void;
  countReceived(text: string): void;
  countJoined(): void;
  countLeft(): void;
  /** Says where the gauges get their numbers from. */
  watch(state: ClusterState): void;
}

/** Declares the metrics in a registry. */
export function createClusterMetrics(registry: Registry): ClusterMetrics {
  const registers = [registry];
  const count = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const sent = count('alertmanager_cluster_messages_sent_total', 'Messages sent to peers.');
  const sentSize = count(
    'alertmanager_cluster_messages_sent_size_total',
    'Bytes of messages sent to peers.',
  );
  const received = count(
    'alertmanager_cluster_messages_received_total',
    'Messages received from peers.',
  );
  const receivedSize = count(
    'alertmanager_cluster_messages_received_size_total',
    'Bytes of messages received from peers.',
  );
  const joined = count('alertmanager_cluster_peers_joined_total', 'Peers that have joined.');
  const left = count('alertmanager_cluster_peers_left_total', 'Peers that have left.');
  return {
    countSent(text) {
      sent.inc();
      sentSize.inc(Buffer.byteLength(text));
    },
    countReceived(text) {
      received.inc();
      receivedSize.inc(Buffer.byteLength(text));
    },
    countJoined: () => joined.inc(),
    countLeft: () => left.inc(),
    watch: (state) => watchState(registry, state),
  };
}

function watchState(registry: Registry, state: ClusterState): void {
  const listAway = (): number =>
    [...state.peers.values()].filter(({ isAlive, isAlias }) => !isAlive && !isAlias).length;
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('alertmanager_cluster_enabled', 'Whether there is a cluster.', () => 1);
  gauge(
    'alertmanager_cluster_members',
    'Instances that are there, this one included.',
    () => listPresent(state).length + 1,
  );
  gauge('alertmanager_cluster_failed_peers', 'Peers that are not there.', listAway);
  gauge(
    'alertmanager_cluster_health_score',
    'Peers that are not there, or have not confirmed what they were sent; 0 is healthy.',
    () => listAway() + listPresent(state).filter(({ missedCount }) => missedCount > 0).length,
  );
  gauge('alertmanager_cluster_messages_queued', 'What peers have yet to confirm.', () =>
    listPresent(state).reduce((sum, { outbox }) => sum + outbox.size, 0),
  );
  gauge('alertmanager_peer_position', 'How many peers come before this instance.', () =>
    positionOf(state),
  );
}
