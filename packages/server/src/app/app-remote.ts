/** Samples that come and go by network, joined to the store, and what they tell of themselves. */
import type { Registry } from 'prom-client';
import { createWriteReceiver, type ReceiverStats, type WriteReceiver } from '../remote/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import { addCounters, addGauges } from './self-metrics.ts';
import type { AppOptions } from './start-app.ts';

export interface AppRemote {
  readonly receiver: WriteReceiver;
}

/** Builds what receives; nothing runs by itself. */
export function createAppRemote(input: {
  readonly options: AppOptions;
  readonly tsdb: Tsdb;
  readonly registry: Registry;
}): AppRemote {
  const { options, tsdb, registry } = input;
  const seed = Buffer.from(options.random.bytes(4)).readUInt32LE(0);
  const receiver = createWriteReceiver({ store: tsdb, seed });
  addReceiverMetrics(registry, receiver);
  return { receiver };
}

function addReceiverMetrics(registry: Registry, receiver: WriteReceiver): void {
  const read = (pick: (stats: ReceiverStats) => number) => () => pick(receiver.stats());
  addCounters(registry, [
    {
      name: 'nines_remote_receive_requests_v1_total',
      help: 'Remote write requests of version 1.',
      read: read((s) => s.requestsV1),
    },
    {
      name: 'nines_remote_receive_requests_v2_total',
      help: 'Remote write requests of version 2.',
      read: read((s) => s.requestsV2),
    },
    {
      name: 'nines_remote_receive_requests_refused_total',
      help: 'Remote write requests that were refused, in part or as a whole.',
      read: read((s) => s.requestsRefused),
    },
    {
      name: 'nines_remote_receive_samples_total',
      help: 'Samples written by remote write.',
      read: read((s) => s.samples),
    },
    {
      name: 'nines_remote_receive_histograms_total',
      help: 'Native histograms written by remote write.',
      read: read((s) => s.histograms),
    },
    {
      name: 'nines_remote_receive_exemplars_total',
      help: 'Exemplars written by remote write.',
      read: read((s) => s.exemplars),
    },
    {
      name: 'nines_remote_receive_bytes_total',
      help: 'Bytes of remote write requests, unpacked.',
      read: read((s) => s.unpackedBytes),
    },
  ]);
  addGauges(registry, [
    {
      name: 'nines_remote_receive_known_series',
      help: 'Series that are found by the bytes of their labels.',
      read: read((s) => s.knownSeries),
    },
    {
      name: 'nines_remote_receive_known_bytes',
      help: 'Memory of the tables that they are found by.',
      read: read((s) => s.knownBytes),
    },
  ]);
}
