/** What scraped targets answer: HTTP, the text formats and protobuf. */
import assert from 'node:assert/strict';
import { ProtoWriter } from '../../packages/server/src/platform/index.ts';
import { DEFAULT_HISTOGRAMS } from '../../packages/server/src/scrape/config.ts';
import { HttpAnswer } from '../../packages/server/src/scrape/http-answer.ts';
import { LineTexts } from '../../packages/server/src/scrape/line-texts.ts';
import { checkMetrics } from '../../packages/server/src/scrape/metrics-check.ts';
import { OpenMetricsStream } from '../../packages/server/src/scrape/openmetrics-stream.ts';
import { SampleBuffer } from '../../packages/server/src/scrape/sample-buffer.ts';
import { type ReadOptions, SeriesCache } from '../../packages/server/src/scrape/series-cache.ts';
import { createMemoryAppender } from '../../packages/server/src/scrape/testing.ts';
import { TextPool } from '../../packages/server/src/scrape/text-pool.ts';
import { type FuzzTarget, ofBytes } from './target.ts';

const TEXT = [
  '# HELP a_total Things\\n done.\n# TYPE a_total counter\na_total{x="1",y="a\\"b"} 12 1700000000000\n',
  '{"q.r",le="0.5",le2="+Inf"} 5e3 100\nup 1\nup{} NaN\n# odd\n\n_x:y -Inf\n',
  '# TYPE h histogram\nh_bucket{le="1"} 3\nh_bucket{le="+Inf"} 4\nh_sum 2.5\nh_count 4\n',
  '# TYPE s summary\ns{quantile="0.9"} 1e-3\ns_sum 0x1p-2\ns_count 1_0\n',
].map((text) => Buffer.from(text));
const OPENMETRICS = [
  '# TYPE a counter\n# UNIT a_seconds seconds\n# HELP a x\na_total{b="c"} 1 1.5 # {trace_id="z"} 0.5 1.25\na_created{b="c"} 5\n# EOF\n',
  '# TYPE h histogram\nh_bucket{le="1.0"} 3 # {} 1\nh_bucket{le="+Inf"} 4\nh_count 4\nh_sum 2\n# EOF\n',
  '# TYPE g gaugehistogram\ng_bucket{le="+Inf"} 1\ng_gcount 1\ng_gsum 1\n# TYPE i info\ni_info{v="1"} 1\n# EOF\n',
  '# TYPE "x.y" stateset\n{"x.y","x.y"="on"} 1\n# EOF\n',
].map((text) => Buffer.from(text));

const NOW_MS = 1_700_000_000_000;
/** A server that scrapes one target for ever forgets what it no longer sees; a test store does not. */
const BODIES_EACH = 500;
const POOL = new TextPool();

/** Reads bodies with the memory of those before, as scrapes of one target do. */
function createScrape(format: ReadOptions['format']): (body: Uint8Array) => void {
  const options = {
    timeMs: NOW_MS,
    timeMsMax: NOW_MS + 600_000,
    honorTimestamps: true,
    trackTimestampsStaleness: true,
    sampleLimit: 5_000,
    format,
    histograms: { ...DEFAULT_HISTOGRAMS, isNativeScraped: true, isClassicConverted: true },
  };
  const out = new SampleBuffer();
  const open = () => ({
    cache: new SeriesCache({ mapLabels: (labels) => labels, pool: POOL, texts: new LineTexts(1) }),
    appender: createMemoryAppender(),
  });
  let target = open();
  let bodies = 0;
  return (body) => {
    if (++bodies % BODIES_EACH === 0) target = open();
    const { cache, appender } = target;
    out.clear();
    let isRead = false;
    try {
      cache.read(Buffer.from(body), options, out);
      cache.resolve(appender, out);
      cache.addVanished(out, NOW_MS);
      isRead = true;
    } finally {
      if (isRead) cache.commit();
      else cache.rollback();
    }
  };
}

function message(to: ProtoWriter, field: number, write: (to: ProtoWriter) => void): void {
  const start = to.begin(field);
  write(to);
  to.end(start);
}

/** A family with its length before it; counters are 0, summaries 2, histograms 4. */
function family(type: number, writeValue: (to: ProtoWriter) => void): Buffer {
  const to = new ProtoWriter();
  to.string(1, 'a_metric');
  to.string(2, 'What it is.');
  if (type > 0) to.uint(3, type);
  message(to, 4, () => {
    message(to, 1, () => {
      to.string(1, 'x');
      to.string(2, 'é');
    });
    writeValue(to);
    to.int(6, NOW_MS);
  });
  const body = to.finish();
  return Buffer.concat([Buffer.from([(body.length & 0x7f) | 0x80, body.length >> 7]), body]);
}

const PROTOBUF = [
  family(0, (to) =>
    message(to, 3, () => {
      to.double(1, 5);
      message(to, 2, () => {
        to.double(2, 0.5);
        message(to, 3, () => to.int(1, 9));
      });
    }),
  ),
  family(2, (to) =>
    message(to, 4, () => {
      to.uint(1, 300);
      to.double(2, 1.5);
      message(to, 3, () => {
        to.double(1, 0.9);
        to.double(2, 7);
      });
    }),
  ),
  family(4, (to) =>
    message(to, 7, () => {
      to.uint(1, 6);
      to.double(2, 9.5);
      message(to, 3, () => {
        to.uint(1, 3);
        to.double(2, 1);
      });
      to.sint(5, 3);
      to.double(6, 0.001);
      to.uint(7, 1);
      message(to, 12, () => {
        to.sint(1, -2);
        to.uint(2, 3);
      });
      for (const delta of [1, 1, -1]) to.sint(13, delta);
    }),
  ),
];

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const ANSWERS = [
  `${HEAD}Content-Type: text/plain; version=0.0.4\r\nContent-Length: 4\r\n\r\na 1\n`,
  `${CHUNKED}2\r\na \r\n00a;x=y\r\n1\nbbbbbbbb\r\n0\r\nTrailer: x\r\n\r\n`,
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.0 503 No\nConnection: close\n\nwhy',
].map((text) => Buffer.from(text));
const PIECE_BYTES = 7;

/** Reads an answer as a whole and in small pieces, which must mean the same. */
function readAnswer(bytes: Uint8Array): void {
  const outcomeOf = (pieceBytes: number): string => {
    const answer = new HttpAnswer({ bytes: Buffer.alloc(0) }, 1_000);
    try {
      for (let at = 0; at < bytes.length && !answer.isDone; at += pieceBytes) {
        answer.push(Buffer.from(bytes.subarray(at, at + pieceBytes)));
      }
      if (!answer.isDone) answer.end();
    } catch (error) {
      if (!(error instanceof Error) || !/^Http(Fault|Overflow)$/.test(error.name)) throw error;
      return error.name;
    }
    return `${answer.status} ${answer.isDone} ${answer.bodyBytes}`;
  };
  assert.equal(outcomeOf(PIECE_BYTES), outcomeOf(Math.max(1, bytes.length)));
}

/** Reads a backfill in two pieces. */
function readStream(bytes: Uint8Array): void {
  const stream = new OpenMetricsStream({ resolve: () => 0, add: () => {} });
  const middle = bytes.length >> 1;
  stream.push(bytes.subarray(0, middle));
  stream.push(bytes.subarray(middle));
  stream.end();
}

const TIMED = [
  '# HELP a x\n# TYPE a counter\na_total{b="c"} 1 1.5 # {trace_id="z"} 0.5 1.25\na_total 2 2.5\n# EOF\n',
  '# TYPE h histogram\nh_bucket{le="1"} 3 10\n{"q.r",x="\\"é"} -Inf 1767225600.5\n# EOF\n',
].map((text) => Buffer.from(text));

const REFUSALS = ['TextFault', 'ProtoFault', 'LineFault'];

export const SCRAPE_TARGETS: readonly FuzzTarget[] = [
  ofBytes({ name: 'text', corpus: TEXT, refusals: REFUSALS, read: createScrape('text') }),
  ofBytes({
    name: 'openmetrics',
    corpus: OPENMETRICS,
    refusals: REFUSALS,
    read: createScrape('openmetrics'),
  }),
  ofBytes({
    name: 'openmetrics-stream',
    corpus: TIMED,
    refusals: ['OpenMetricsFault'],
    read: readStream,
  }),
  ofBytes({
    name: 'protobuf',
    corpus: [...PROTOBUF, Buffer.concat(PROTOBUF)],
    refusals: REFUSALS,
    read: createScrape('protobuf'),
  }),
  ofBytes({
    name: 'metrics-check',
    corpus: [...TEXT, ...OPENMETRICS],
    read(bytes) {
      const format = bytes.length % 2 === 0 ? 'text' : 'openmetrics';
      checkMetrics(bytes, { format, hasAdvice: true });
    },
  }),
  ofBytes({ name: 'http-answer', corpus: ANSWERS, read: readAnswer }),
];
