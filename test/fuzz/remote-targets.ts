/** What comes by network: remote write, OTLP, remote read, answers of sources, Alertmanager's bodies. */
import {
  readNotification,
  readPostedAlerts,
} from '../../packages/server/src/alerts/external-body.ts';
import { createSilentLog, invalid } from '../../packages/server/src/platform/index.ts';
import {
  readPostedAlerts as readAlertsV2,
  readSilence,
} from '../../packages/server/src/alertmanager/index.ts';
import { DEFAULT_OTLP } from '../../packages/server/src/remote/otlp-convert.ts';
import { createOtlpReceiver } from '../../packages/server/src/remote/otlp-receiver.ts';
import {
  createWriteReceiver,
  type WriteEncoding,
  type WriteVersion,
} from '../../packages/server/src/remote/receiver.ts';
import { readReadRequest } from '../../packages/server/src/remote/read-request.ts';
import { readAnswer } from '../../packages/server/src/remote/fetched-series.ts';
import { SendLog } from '../../packages/server/src/remote/send-log.ts';
import { parsePlace } from '../../packages/server/src/remote/send-queue.ts';
import { readLabelsV1 } from '../../packages/server/src/remote/write-v1.ts';
import { packSnappy, unpackSnappy } from '../../packages/server/src/remote/snappy.ts';
import { createReadRequest } from '../../packages/server/src/remote/source-selection.ts';
import {
  bitsOf,
  createMemoryFolder,
  createRequest,
  createTestStore,
} from '../../packages/server/src/remote/testing.ts';
import {
  createHistogram,
  createLabels,
  createMatcher,
  NO_BUCKETS,
} from '../../packages/server/src/series/index.ts';
import { OTLP_PROTOBUF, OTLP_TEXTS } from './otlp-corpus.ts';
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import { type Piece } from './pieces.ts';
import { type FuzzTarget, ofBytes, ofPieces, ofText } from './target.ts';

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

/** Reads requests as a receiver does that is renewed now and then. */
function createReceive(
  version: WriteVersion,
  encoding: WriteEncoding,
): (body: Uint8Array) => Promise<unknown> {
  const open = () => createWriteReceiver({ store: createTestStore(), seed: 1 });
  let receiver = open();
  let requests = 0;
  return (body) => {
    if (++requests % REQUESTS_EACH === 0) receiver = open();
    return receiver.receive({ version, encoding, body });
  };
}

function remoteWrite(version: WriteVersion): FuzzTarget {
  const receive = createReceive(version, 'snappy');
  return ofBytes({
    name: `remote-write-${version}`,
    corpus: [createWrite(version)],
    read: (bytes) => receive(packSnappy(bytes)),
  });
}

/** The same for OTLP. */
function createOtlp(isJson: boolean, isGzip = false): (bytes: Uint8Array) => Promise<void> {
  const open = () => createOtlpReceiver(createTestStore(), DEFAULT_OTLP);
  let receiver = open();
  let requests = 0;
  return async (bytes) => {
    if (++requests % REQUESTS_EACH === 0) receiver = open();
    await receiver.receive({ isJson, isGzip, body: Buffer.from(bytes) });
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

const UP = createLabels({ __name__: 'up', job: 'a' });
/** An answer of remote read: a result, which has its series where a request of remote write has them. */
const WRITE = createWrite('v1');
const READ_ANSWER = Buffer.concat([
  Buffer.of(0x0a, (WRITE.length & 0x7f) | 0x80, WRITE.length >> 7),
  WRITE,
]);
const QUERY_ANSWER = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'up', 'a.b': 'é' },
        values: [
          [AT_MS / 1000, '1'],
          [AT_MS / 1000 + 5, '+Inf'],
        ],
        histograms: [[AT_MS / 1000 + 9, { count: '3', sum: '1', buckets: [[0, '1', '2', '3']] }]],
      },
    ],
  },
  warnings: ['half of me is away'],
});

/** A log of what is to be sent, as its records. */
function createSendLog(): readonly Piece[] {
  const folder = createMemoryFolder();
  const log = new SendLog({ folder, log: createSilentLog(), labelsOf: () => UP });
  const bits = Uint32Array.of(...bitsOf(1), ...bitsOf(2), 0, 0);
  log.append({
    count: 3,
    refs: Uint32Array.of(1, 2, 3),
    timesMs: Float64Array.of(AT_MS, AT_MS, AT_MS),
    values: new Float64Array(bits.buffer),
    bits,
    startTimesMs: Float64Array.of(AT_MS - 5, 0, 0),
    histograms: [undefined, undefined, HISTOGRAM],
    exemplars: [{ ref: 1, exemplar: { labels: UP, value: 1, timeMs: AT_MS } }],
  });
  const file = [...folder.files.values()][0];
  const pieces: Piece[] = [];
  for (let at = 0; at < file.length; ) {
    const end = at + SEND_FRAME_BYTES + file.readUInt32LE(at);
    pieces.push({ content: file.subarray(at + SEND_FRAME_BYTES, end), seal: sealSendRecord });
    at = end;
  }
  return pieces;
}

const SEND_FRAME_BYTES = 8;

function sealSendRecord(content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(SEND_FRAME_BYTES + content.length);
  bytes.writeUInt32LE(content.length, 0);
  bytes.writeUInt32LE(crc32(content), 4);
  bytes.set(content, SEND_FRAME_BYTES);
  return bytes;
}

/** Reads a segment of the log to its end. */
function readSendLog(bytes: Uint8Array): void {
  const folder = createMemoryFolder();
  folder.files.set('00000001', Buffer.from(bytes));
  const log = new SendLog({ folder, log: createSilentLog(), labelsOf: () => undefined });
  const end = log.read(
    { segment: 1, at: 0 },
    {
      onSeries: (_ref, labelBytes) => void readLabelsV1(labelBytes),
      onFloat() {},
      onHistogram() {},
      onExemplar() {},
    },
    () => false,
  );
  if (end.segment !== 2) throw new TypeError(`reading stopped at ${end.segment}, ${end.at}`);
}

/** As the route does before it gives the body on. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('BODY_NOT_JSON', 'the body is not JSON', { cause });
  }
}

const SILENCE = {
  id: '',
  matchers: [{ name: 'job', value: 'a|b.*', isRegex: true, isEqual: false }],
  startsAt: '2026-01-02T03:04:05.678Z',
  endsAt: '2026-01-02T04:04:05+01:00',
  createdBy: 'ana',
  comment: 'known',
  annotations: { ticket: '7' },
};

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
    read: readReadRequest,
  }),
  ofBytes({
    name: 'remote-read-answer',
    corpus: [READ_ANSWER],
    read: (bytes) => readAnswer('remote_read', packSnappy(bytes)),
  }),
  ofText({
    name: 'query-answer',
    corpus: [QUERY_ANSWER],
    pieces: JSON_PIECES,
    read: (text) => readAnswer('promql', Buffer.from(text)),
  }),
  ofPieces({ name: 'send-log', corpus: [createSendLog()], read: readSendLog }),
  ofText({
    name: 'send-place',
    corpus: [JSON.stringify({ segment: 3, at: 1234 })],
    pieces: JSON_PIECES,
    read: parsePlace,
  }),
  ofBytes({
    name: 'remote-write-zstd',
    corpus: [zstdCompressSync(createWrite('v1'))],
    read: createReceive('v1', 'zstd'),
  }),
  ofBytes({
    name: 'otlp-gzip',
    corpus: [gzipSync(OTLP_PROTOBUF)],
    read: createOtlp(false, true),
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
  ofText({
    name: 'alertmanager-v2-alerts',
    corpus: [JSON.stringify([ALERT])],
    pieces: JSON_PIECES,
    read: (text) => readAlertsV2(parseJson(text)),
  }),
  ofText({
    name: 'alertmanager-v2-silence',
    corpus: [JSON.stringify(SILENCE)],
    pieces: JSON_PIECES,
    read: (text) => readSilence(parseJson(text)),
  }),
];
