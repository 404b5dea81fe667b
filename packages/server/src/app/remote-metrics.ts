/** What remote write tells of itself on /metrics. */
import { Counter, Gauge, type Registry } from 'prom-client';
import {
  hidePassword,
  type OtlpReceiver,
  type OtlpStats,
  type ReceiverStats,
  type Sender,
  type SendStats,
  type WriteReceiver,
} from '../remote/index.ts';
import { addCounters, addGauges } from './self-metrics.ts';

/** Under Prometheus' names and labels, so that its dashboards and alerts work. */
const SENT: readonly {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly read: (stats: SendStats) => number;
}[] = [
  {
    name: 'prometheus_remote_storage_samples_total',
    help: 'Samples sent.',
    kind: 'counter',
    read: (s) => s.samples,
  },
  {
    name: 'prometheus_remote_storage_histograms_total',
    help: 'Native histograms sent.',
    kind: 'counter',
    read: (s) => s.histograms,
  },
  {
    name: 'prometheus_remote_storage_exemplars_total',
    help: 'Exemplars sent.',
    kind: 'counter',
    read: (s) => s.exemplars,
  },
  {
    name: 'prometheus_remote_storage_metadata_total',
    help: 'Descriptions of metrics sent.',
    kind: 'counter',
    read: (s) => s.metadata,
  },
  {
    name: 'prometheus_remote_storage_samples_failed_total',
    help: 'Samples that the receiver refused for good.',
    kind: 'counter',
    read: (s) => s.failed,
  },
  {
    name: 'prometheus_remote_storage_samples_retried_total',
    help: 'Samples in requests that were tried again.',
    kind: 'counter',
    read: (s) => s.retried,
  },
  {
    name: 'prometheus_remote_storage_samples_dropped_total',
    help: 'Samples that were not sent: too old, or given up at the bound of the log.',
    kind: 'counter',
    read: (s) => s.dropped,
  },
  {
    name: 'prometheus_remote_storage_bytes_total',
    help: 'Bytes sent, packed.',
    kind: 'counter',
    read: (s) => s.bytes,
  },
  {
    name: 'prometheus_remote_storage_shards',
    help: 'Requests at the same time.',
    kind: 'gauge',
    read: (s) => s.shards,
  },
  {
    name: 'prometheus_remote_storage_shards_min',
    help: 'The least of them.',
    kind: 'gauge',
    read: (s) => s.shardsMin,
  },
  {
    name: 'prometheus_remote_storage_shards_max',
    help: 'The most of them.',
    kind: 'gauge',
    read: (s) => s.shardsMax,
  },
  {
    name: 'prometheus_remote_storage_queue_highest_sent_timestamp_seconds',
    help: 'Time of the newest sample that was sent.',
    kind: 'gauge',
    read: (s) => s.newestSentMs / 1000,
  },
  {
    name: 'nines_remote_send_pending_bytes',
    help: 'Bytes of the log that are still to be sent.',
    kind: 'gauge',
    read: (s) => s.pendingBytes,
  },
];

/** Adds what each receiver of `remote_write` gets. */
export function addSenderMetrics(registry: Registry, sender: Sender): void {
  const labelNames = ['remote_name', 'url'];
  for (const { name, help, kind, read } of SENT) {
    const create = kind === 'counter' ? createCounter : createGauge;
    create({ name, help, labelNames, registers: [registry] }, () =>
      sender.stats().queues.map((stats) => ({
        labels: { remote_name: stats.name, url: hidePassword(stats.url) },
        value: read(stats),
      })),
    );
  }
  addGauges(registry, [
    {
      name: 'prometheus_remote_storage_highest_timestamp_in_seconds',
      help: 'Time of the newest sample that is to be sent.',
      read: () => sender.stats().newestMs / 1000,
    },
    {
      name: 'nines_remote_send_log_bytes',
      help: 'Size of the log of what is to be sent.',
      read: () => sender.stats().logBytes,
    },
  ]);
  addCounters(registry, [
    {
      name: 'nines_remote_send_log_failures_total',
      help: 'Batches that the disk kept from being sent.',
      read: () => sender.stats().logFailures,
    },
  ]);
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function createCounter(described: Described, read: () => readonly Reading[]): void {
  const counter: Counter = new Counter({
    ...described,
    collect() {
      counter.reset();
      for (const { labels, value } of read()) counter.inc({ ...labels }, value);
    },
  });
}

function createGauge(described: Described, read: () => readonly Reading[]): void {
  const gauge: Gauge = new Gauge({
    ...described,
    collect() {
      gauge.reset();
      for (const { labels, value } of read()) gauge.set({ ...labels }, value);
    },
  });
}

/** Adds what OpenTelemetry sends here. */
export function addOtlpMetrics(registry: Registry, otlp: OtlpReceiver): void {
  const read = (pick: (stats: OtlpStats) => number) => () => pick(otlp.stats());
  addCounters(registry, [
    {
      name: 'nines_otlp_requests_total',
      help: 'OTLP requests.',
      read: read((s) => s.requests),
    },
    {
      name: 'nines_otlp_requests_refused_total',
      help: 'OTLP requests that could not be read or stored.',
      read: read((s) => s.requestsRefused),
    },
    {
      name: 'nines_otlp_samples_total',
      help: 'Samples written by OTLP.',
      read: read((s) => s.samples),
    },
    {
      name: 'nines_otlp_rejected_total',
      help: 'Points and samples of OTLP that were left out.',
      read: read((s) => s.rejected),
    },
  ]);
}

/** Adds what others send here. */
export function addReceiverMetrics(registry: Registry, receiver: WriteReceiver): void {
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
