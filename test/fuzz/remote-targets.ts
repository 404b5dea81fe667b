/** What is pushed: remote write, OTLP, and Alertmanager's bodies. */
import {
  readNotification,
  readPostedAlerts,
} from '../../packages/server/src/alerts/external-body.ts';
import { invalid } from '../../packages/server/src/platform/index.ts';
import { DEFAULT_OTLP } from '../../packages/server/src/remote/otlp-convert.ts';
import { createOtlpReceiver } from '../../packages/server/src/remote/otlp-receiver.ts';
import {
  createWriteReceiver,
  type WriteVersion,
} from '../../packages/server/src/remote/receiver.ts';
import { readReadRequest } from '../../packages/server/src/remote/read-request.ts';
import { packSnappy, unpackSnappy } from '../../packages/server/src/remote/snappy.ts';
import { createReadRequest } from '../../packages/server/src/remote/source-selection.ts';
import {
  bitsOf,
  createRequest,
  createTestStore,
} from '../../packages/server/src/remote/testing.ts';
import {
  createLabels,
  createHistogram,
  createMatcher,
  NO_BUCKETS,
} from '../../packages/server/src/series/index.ts';
import { OTLP_PROTOBUF, OTLP_TEXTS } from './otlp-corpus.ts';
import { type FuzzTarget, ofBytes, ofText } from './target.ts';

const AT_MS = 1_760_000_000_000;
const UNPACKED_BYTES_MAX = 1_000_000;
/** A test store keeps all that it was given. */
const REQUESTS_EACH = 500;

const HISTOGRAM = createHistogram({
  schema: 0,
  counterReset: 'unknown',
  isInteger: true,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 5,
  sum: 1,
  positive: { spanOffsets: [0, 2], spanLengths: [1, 1], counts: Float64Array.of(1, 3) },
  negative: NO_BUCKETS,
  customBounds: undefined,
});

function createWrite(version: WriteVersion): Uint8Array {
  const up = createLabels({ __name__: 'up', job: 'node', 'é.x': '1' });
  const packed = createRequest(version, (to, series) => {
    to.addFloat(series(up), { timeMs: AT_MS, startMs: AT_MS - 5 }, bitsOf(1));
    const exemplars = [{ labels: up, value: 1, timeMs: AT_MS }];
    to.addHistogram(series(up), { timeMs: AT_MS, startMs: 0, exemplars }, HISTOGRAM);
  });
  return unpackSnappy(packed, UNPACKED_BYTES_MAX);
}

function remoteWrite(version: WriteVersion): FuzzTarget {
  const open = () => createWriteReceiver({ store: createTestStore(), seed: 1 });
  let receiver = open();
  let requests = 0;
  return ofBytes({
    name: `remote-write-${version}`,
    corpus: [createWrite(version)],
    async read(bytes) {
      if (++requests % REQUESTS_EACH === 0) receiver = open();
      await receiver.receive({ version, encoding: 'snappy', body: packSnappy(bytes) });
    },
  });
}

/** Reads requests as a receiver does that is renewed now and then. */
function createOtlp(isJson: boolean): (bytes: Uint8Array) => Promise<void> {
  const open = () => createOtlpReceiver(createTestStore(), DEFAULT_OTLP);
  let receiver = open();
  let requests = 0;
  return async (bytes) => {
    if (++requests % REQUESTS_EACH === 0) receiver = open();
    await receiver.receive({ isJson, isGzip: false, body: Buffer.from(bytes) });
  };
}

const ALERT = {
  status: 'firing',
  labels: { alertname: 'Down', job: 'é' },
  annotations: { summary: 'x' },
  startsAt: '2026-01-02T03:04:05.678Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://p/graph?g0.expr=up',
};
const NOTIFICATION = {
  version: '4',
  groupKey: '{}:{}',
  status: 'firing',
  externalURL: 'http://am',
  alerts: [ALERT, { ...ALERT, status: 'resolved' }],
};

const SELECTION = {
  matchers: [createMatcher('job', '=~', 'a|b'), createMatcher('é.x', '!=', '1')],
  fromMs: AT_MS - 5,
  toMs: AT_MS,
};

const JSON_PIECES = ['null', '[]', '{}', '"', ',', '"__proto__":', '"\\ud800"', '1e999'];
const readOtlp = createOtlp(true);

/** As the route does before it gives the body on. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('BODY_NOT_JSON', 'the body is not JSON', { cause });
  }
}

export const REMOTE_TARGETS: readonly FuzzTarget[] = [
  ofBytes({
    name: 'snappy',
    corpus: [
      packSnappy(Buffer.from('the quick brown fox jumps over the quick brown dog '.repeat(9))),
      packSnappy(createWrite('v2')),
    ],
    read: (packed) => unpackSnappy(packed, UNPACKED_BYTES_MAX),
  }),
  remoteWrite('v1'),
  remoteWrite('v2'),
  ofBytes({
    name: 'remote-read-request',
    corpus: [unpackSnappy(createReadRequest(SELECTION, 'series'), UNPACKED_BYTES_MAX)],
    read: (bytes) => readReadRequest(bytes),
  }),
  ofBytes({ name: 'otlp-protobuf', corpus: [OTLP_PROTOBUF], read: createOtlp(false) }),
  ofText({
    name: 'otlp-json',
    corpus: OTLP_TEXTS,
    pieces: JSON_PIECES,
    read: async (text) => readOtlp(Buffer.from(text)),
  }),
  ofText({
    name: 'alertmanager-webhook',
    corpus: [JSON.stringify(NOTIFICATION)],
    pieces: JSON_PIECES,
    read: (text) => readNotification(parseJson(text), AT_MS),
  }),
  ofText({
    name: 'alertmanager-alerts',
    corpus: [JSON.stringify([ALERT])],
    pieces: JSON_PIECES,
    read: (text) => readPostedAlerts(parseJson(text)),
  }),
];
