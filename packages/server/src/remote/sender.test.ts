import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type Log,
} from '../platform/index.ts';
import {
  createLabels,
  type Histogram,
  type Labels,
  NO_BUCKETS,
  type SampleBatch,
  withLabel,
} from '../series/index.ts';
import { createWriteReceiver, type WriteReceiver } from './receiver.ts';
import {
  DEFAULT_METADATA,
  DEFAULT_QUEUE,
  type QueueConfig,
  type RemoteWriteConfig,
  type SendAnswer,
} from './send-config.ts';
import { createSender, type Sender } from './sender.ts';
import { createMemoryFolder, createTestStore, type MemoryFolder } from './testing.ts';

const AT = 1_760_000_000_000;
const DONE: SendAnswer = {
  status: 204,
  headers: { 'x-prometheus-remote-write-samples-written': '1' },
  text: '',
};

interface SetUp {
  readonly queue?: Partial<QueueConfig>;
  readonly config?: Partial<RemoteWriteConfig>;
  readonly folder?: MemoryFolder;
  readonly bytesMax?: number;
  readonly segmentBytes?: number;
  /** What the receiver answers to each request; undefined: it stores it. */
  readonly answer?: (requestNumber: number) => SendAnswer | Error | undefined;
  readonly relabel?: (labels: Labels) => Labels | undefined;
}

function setUp(options: SetUp = {}) {
  const clock = createManualClock(AT);
  const folder = options.folder ?? createMemoryFolder();
  const near = createTestStore();
  const labels = new Map<number, Labels>();
  const far = createTestStore();
  const receiver: WriteReceiver = createWriteReceiver({ store: far, seed: 1 });
  const requests: Readonly<Record<string, string>>[] = [];
  const losses: number[] = [];
  const warnings: string[] = [];
  const silent = createSilentLog();
  const log: Log = { ...silent, warn: (text) => void warnings.push(text) };
  const config: RemoteWriteConfig = {
    name: 'far',
    url: 'http://user:secret@far/write',
    version: 'v1',
    timeoutMs: 30_000,
    headers: { 'x-tenant': 'a' },
    sendExemplars: true,
    sendHistograms: true,
    metadata: { ...DEFAULT_METADATA, isSent: false },
    ...options.config,
    queue: { ...DEFAULT_QUEUE, ...options.queue },
  };
  const sender: Sender = createSender({
    openFolder: () => folder,
    clock,
    random: createSeededRandom(3),
    log,
    userAgent: 'nines/test',
    labelsOf: (ref) => labels.get(ref),
    metadata: () => [{ metric: 'up', type: 'gauge', help: 'Up.', unit: '' }],
    onLoss: (_name, count) => void losses.push(count),
    ...(options.bytesMax === undefined ? {} : { bytesMax: options.bytesMax }),
    ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
  });
  const target = {
    key: config,
    create: () => ({
      config,
      relabel: options.relabel ?? ((one: Labels) => one),
      async send({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) {
        requests.push(headers);
        const answer = options.answer?.(requests.length);
        if (answer instanceof Error) throw answer;
        if (answer !== undefined) return answer;
        const isV2 = headers['content-type'].includes('v2');
        const version = isV2 ? 'v2' : 'v1';
        const { refused } = await receiver.receive({ version, encoding: 'snappy', body });
        return refused === '' ? DONE : { ...DONE, status: 400, text: refused };
      },
      close() {},
    }),
  };
  const write = (name: string, timeMs: number, values: readonly number[]): void => {
    const one = createLabels({ __name__: name, job: 'near' });
    const ref = near.resolve(one);
    labels.set(ref, one);
    sender.note(createBatch(ref, timeMs, values));
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 30; i++) await setImmediate();
  };
  const advance = async (byMs: number): Promise<void> => {
    await settle();
    clock.advance(byMs);
    await settle();
  };
  const start = async (): Promise<void> => sender.apply([target]);
  const all = { clock, folder, far, receiver, requests, losses, warnings, sender, target, labels };
  return { ...all, near, write, advance, settle, start };
}

function createBatch(ref: number, timeMs: number, values: readonly number[]): SampleBatch {
  const floats = Float64Array.from(values);
  return {
    count: values.length,
    refs: new Uint32Array(values.length).fill(ref),
    timesMs: Float64Array.from(values, (_, i) => timeMs + i),
    values: floats,
    bits: new Uint32Array(floats.buffer),
  };
}

const HISTOGRAM: Histogram = {
  schema: 0,
  counterReset: 'gauge',
  isInteger: false,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3.5,
  sum: 9,
  positive: { spanOffsets: [-1], spanLengths: [2], counts: Float64Array.of(1.5, 2) },
  negative: NO_BUCKETS,
  customBounds: undefined,
};

describe('remote write sender', () => {
  it('sends what waits, when the deadline has come or a request is full', async () => {
    const { write, advance, far, requests, start } = setUp({ queue: { maxSamplesPerSend: 10 } });
    await start();
    await advance(1);
    write('up', AT, [1, 2, 3]);
    await advance(4_000);
    assert.equal(requests.length, 0);
    await advance(1_000);
    assert.equal(requests.length, 1);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 1`, `${AT + 1} 2`, `${AT + 2} 3`]);
    write('up', AT + 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await advance(1);
    assert.equal(requests.length, 2);
    assert.equal(requests[1]['x-tenant'], 'a');
    assert.equal(requests[1]['user-agent'], 'nines/test');
    assert.equal(requests[1]['x-prometheus-remote-write-version'], '0.1.0');
  });

  for (const version of ['v1', 'v2'] as const) {
    it(`${version}: carries floats, histograms, exemplars, start times and their ends`, async () => {
      const { sender, labels, advance, far, start } = setUp({ config: { version } });
      await start();
      labels.set(7, createLabels({ __name__: 'h', job: 'near' }));
      const floats = createBatch(7, AT, [0, 0]);
      sender.note({
        ...floats,
        histograms: [HISTOGRAM, undefined],
        bits: Uint32Array.of(0, 0, 2, 0x7ff00000),
        startTimesMs: Float64Array.of(AT - 9, 0),
        exemplars: [
          { ref: 7, exemplar: { labels: createLabels({ trace_id: 'x' }), value: 1, timeMs: AT } },
        ],
      });
      await advance(5_000);
      const start_ = version === 'v2' ? ` @${AT - 9}` : '';
      assert.deepEqual(far.rows.get('h{job="near"}'), [
        `${AT} {3.5, 9}${start_}`,
        `${AT + 1} stale`,
      ]);
      assert.deepEqual(far.exemplars, [`h{job="near"} {trace_id="x"} ${AT} 1`]);
    });
  }

  it('relabels each series once, and leaves out those that are dropped', async () => {
    let relabelCount = 0;
    const { write, advance, far, start } = setUp({
      relabel(labels) {
        relabelCount++;
        return labels.values.includes('noise') ? undefined : withLabel(labels, 'site', 'b');
      },
    });
    await start();
    for (let round = 0; round < 3; round++) {
      write('up', AT + round, [round]);
      write('noise', AT + round, [round]);
      await advance(5_000);
    }
    assert.deepEqual([...far.rows.keys()], ['up{job="near", site="b"}']);
    assert.equal(relabelCount, 2);
  });

  it('tries again with growing pauses what has no answer or 5xx, and nothing gets lost', async () => {
    const { write, advance, far, requests, start, sender, warnings } = setUp({
      queue: { minBackoffMs: 100, maxBackoffMs: 400 },
      answer(n) {
        if (n === 1) return new Error('connect ECONNREFUSED');
        return n < 6 ? { status: 503, headers: {}, text: 'the disk is full\nmore' } : undefined;
      },
    });
    await start();
    write('up', AT, [1]);
    await advance(5_000);
    assert.equal(requests.length, 1);
    assert.match(sender.stats().queues[0].lastError, /ECONNREFUSED/);
    await advance(100);
    assert.equal(requests.length, 2);
    assert.equal(sender.stats().queues[0].lastError, 'HTTP status 503: the disk is full');
    write('up', AT + 1, [2]);
    await advance(99);
    assert.equal(requests.length, 2);
    for (let i = 0; i < 20; i++) await advance(500);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 1`, `${AT + 1} 2`]);
    assert.equal(warnings.length, 1, 'one warning in a minute');
    assert.equal(sender.stats().queues[0].retried, 5);
  });

  it('throws away what is refused for good, and keeps the reason', async () => {
    const { write, advance, far, start, sender } = setUp({
      answer: (n) => (n === 1 ? { status: 400, headers: {}, text: 'out of order' } : undefined),
    });
    await start();
    write('up', AT, [1, 2]);
    await advance(5_000);
    write('up', AT + 9, [3]);
    await advance(5_000);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT + 9} 3`]);
    const [{ failed, samples, lastError }] = sender.stats().queues;
    assert.deepEqual([failed, samples, lastError], [2, 1, 'HTTP status 400: out of order']);
  });

  it('waits after 429 only where it was told to, as long as the receiver says', async () => {
    const check = async (retryOn429: boolean, wantRows: number): Promise<void> => {
      const { write, advance, far, start } = setUp({
        queue: { retryOn429 },
        answer: (n) =>
          n === 1 ? { status: 429, headers: { 'retry-after': '7' }, text: 'slow' } : undefined,
      });
      await start();
      write('up', AT, [1]);
      await advance(5_000);
      await advance(6_900);
      assert.equal(far.rows.size, 0);
      await advance(200);
      assert.equal(far.rows.size, wantRows);
    };
    await check(true, 1);
    await check(false, 0);
  });

  it('goes on with version 1 where the receiver does not speak version 2', async () => {
    const old: SendAnswer = { status: 204, headers: {}, text: '' };
    for (const refusal of [old, { ...DONE, status: 415 }]) {
      const { write, advance, far, requests, start } = setUp({
        config: { version: 'v2' },
        answer: (n) => (n === 1 ? refusal : undefined),
      });
      await start();
      write('up', AT, [1]);
      await advance(5_000);
      assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 1`]);
      assert.equal(requests[1]['content-type'], 'application/x-protobuf');
    }
  });

  it('goes on after a kill where it was, with the labels of series named before', async () => {
    const first = setUp({ answer: (n) => (n > 1 ? new Error('away') : undefined) });
    await first.start();
    first.write('up', AT, [1]);
    await first.advance(5_000);
    first.write('up', AT + 1, [2]);
    await first.advance(5_000);
    await first.sender.maintain();
    const second = setUp({ folder: createMemoryFolder(first.folder) });
    await second.start();
    await second.advance(5_000);
    second.write('up', AT + 2, [3]);
    await second.advance(5_000);
    assert.deepEqual(second.far.rows.get('up{job="near"}'), [`${AT + 1} 2`, `${AT + 2} 3`]);
    assert.equal(second.sender.stats().queues[0].pendingBytes, 0);
    await first.sender.stop();
  });

  it('gives up the oldest at the bound of the log, and counts it', async () => {
    const options = { bytesMax: 3_000, segmentBytes: 500, queue: { capacity: 1 } };
    let isAway = true;
    const { write, advance, far, start, sender, losses } = setUp({
      ...options,
      answer: () => (isAway ? new Error('away') : undefined),
    });
    await start();
    for (let i = 0; i < 300; i++) {
      write('up', AT + i, [i]);
      await sender.maintain();
    }
    await advance(5_000);
    assert.ok(sender.stats().logBytes <= 3_500, `${sender.stats().logBytes} bytes`);
    isAway = false;
    for (let i = 0; i < 200; i++) await advance(5_000);
    const rows = far.rows.get('up{job="near"}') ?? [];
    const lost = losses.reduce((sum, count) => sum + count, 0);
    assert.equal(rows.at(-1), `${AT + 299} 299`);
    assert.ok(lost > 100 && lost + rows.length >= 300, `${lost} lost, ${rows.length} sent`);
    assert.equal(sender.stats().queues[0].dropped, lost);
  });

  it('keeps the order of each series, over shards that come and go', async () => {
    const { write, advance, far, start, sender } = setUp({
      queue: { capacity: 5, maxSamplesPerSend: 2, maxShards: 8 },
    });
    await start();
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 6; i++) write(`m${i}`, AT + round, [round]);
    }
    for (let i = 0; i < 60; i++) await advance(5_000);
    assert.equal(far.rows.size, 6);
    for (const rows of far.rows.values()) assert.equal(rows.length, 40);
    assert.equal(sender.stats().queues[0].failed, 0);
  });

  it('leaves out samples that are too old, where a limit is set', async () => {
    const { write, advance, far, start, sender } = setUp({ queue: { sampleAgeLimitMs: 60_000 } });
    await start();
    write('up', AT - 61_000, [1]);
    write('up', AT, [2]);
    await advance(5_000);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 2`]);
    assert.equal(sender.stats().queues[0].dropped, 1);
  });

  it('counts what a full disk keeps from being sent, and goes on', async () => {
    const { write, advance, far, start, sender, folder } = setUp();
    await start();
    folder.failWrites = true;
    write('up', AT, [1]);
    folder.failWrites = false;
    write('up', AT + 1, [2]);
    await advance(5_000);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT + 1} 2`]);
    assert.equal(sender.stats().logFailures, 1);
  });

  it('waits while the disk cannot be read, says so, and goes on', async () => {
    const { write, advance, far, start, sender, folder, warnings } = setUp();
    await start();
    write('up', AT, [1]);
    folder.failReads = true;
    await advance(5_000);
    await advance(5_000);
    assert.deepEqual(warnings, ['cannot read what is to be sent; trying again']);
    assert.match(sender.stats().queues[0].lastError, /^EIO/);
    assert.equal(far.rows.size, 0);
    folder.failReads = false;
    await advance(5_000);
    await advance(5_000);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 1`]);
  });

  it('goes on after a segment that somebody has removed', async () => {
    const { write, advance, far, start, folder } = setUp({ segmentBytes: 1 });
    await start();
    for (let i = 0; i < 3; i++) write('up', AT + i, [i]);
    folder.files.delete('00000002');
    await advance(5_000);
    await advance(5_000);
    assert.deepEqual(far.rows.get('up{job="near"}'), [`${AT} 0`, `${AT + 2} 2`]);
  });

  it('sends what metrics are, once in each interval', async () => {
    const { write, advance, receiver, start } = setUp({
      config: { metadata: { ...DEFAULT_METADATA } },
    });
    await start();
    write('up', AT, [1]);
    await advance(5_000);
    assert.deepEqual(receiver.metadata(), [{ metric: 'up', type: 'gauge', help: 'Up.', unit: '' }]);
  });

  it('keeps nothing when there is nobody to send to', async () => {
    const { write, start, sender, folder } = setUp();
    write('up', AT, [1]);
    assert.equal(folder.files.size, 0);
    await start();
    write('up', AT, [1]);
    await sender.apply([]);
    write('up', AT + 1, [1]);
    assert.deepEqual([...folder.files.keys()], []);
  });

  it('passes over what is damaged in the log', async () => {
    const first = setUp({ answer: () => new Error('away') });
    await first.start();
    first.write('up', AT, [1]);
    await first.advance(5_000);
    await first.sender.stop();
    const seed = 77;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 60; round++) {
      const folder = createMemoryFolder(first.folder);
      const bytes = Buffer.from(folder.files.get('00000001') ?? []);
      const cut = Math.floor(random.float() * bytes.length);
      bytes[cut] ^= 1 + Math.floor(random.float() * 255);
      folder.files.set('00000001', round % 2 === 0 ? bytes : bytes.subarray(0, cut));
      const second = setUp({ folder });
      await second.start();
      second.write('up', AT + 1, [2]);
      await second.advance(5_000);
      await second.advance(5_000);
      const rows = second.far.rows.get('up{job="near"}');
      assert.equal(rows?.at(-1), `${AT + 1} 2`, `seed ${seed}, round ${round}`);
      await second.sender.stop();
    }
  });
});
