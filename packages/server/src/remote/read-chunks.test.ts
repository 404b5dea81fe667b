import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32c, ProtoReader, ProtoWriter } from '../platform/index.ts';
import { createLabels, createSamples, EMPTY_LABELS, formatSeries } from '../series/index.ts';
import { READ_FRAME_BYTES } from './limits.ts';
import { type EncodeChunks, streamChunks } from './read-chunks.ts';
import { createReadHandler } from './read-handler.ts';
import { packSnappy } from './snappy.ts';
import { createReadRequest } from './source-selection.ts';

/** Chunks of two samples each, whose data is their times. */
const encodePairs: EncodeChunks = ({ count, timesMs }) =>
  Array.from({ length: Math.ceil(count / 2) }, (_, i) => {
    const times = timesMs.subarray(2 * i, Math.min(count, 2 * i + 2));
    const [minMs, maxMs] = [times[0], times[times.length - 1]];
    return { minMs, maxMs, encoding: 1, data: Buffer.from(times.join(' ')) };
  });

function seriesOf(labels: Readonly<Record<string, string>>, count: number) {
  const samples = createSamples(count);
  samples.count = count;
  for (let i = 0; i < count; i++) samples.timesMs[i] = 1000 * (i + 1);
  return { labels: createLabels(labels), samples };
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Reads frames as storage/remote/chunked.go of Prometheus does, and says what is in them. */
function readFrames(bytes: Buffer): readonly string[] {
  const frames: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const checksum = bytes.readUInt32BE(at);
    const message = bytes.subarray(at + 4, at + 4 + size);
    assert.equal(message.length, size);
    assert.equal(checksum, crc32c(message));
    frames.push(readMessage(message));
    at += 4 + size;
  }
  return frames;
}

function readMessage(message: Uint8Array): string {
  const reader = new ProtoReader(message);
  const pairs: [string, string][] = [];
  const chunks: string[] = [];
  let queryIndex = 0;
  const within = (read: (field: number) => void): void => {
    const outer = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) read(field);
    reader.leave(outer);
  };
  const readChunk = (): void => {
    const fields: string[] = [];
    within((field) => fields.push(field === 4 ? `"${reader.string()}"` : String(reader.int())));
    chunks.push(fields.join(' '));
  };
  const readPair = (): void => {
    const pair: string[] = [];
    within(() => pair.push(reader.string()));
    pairs.push([pair[0], pair[1]]);
  };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) queryIndex = reader.int();
    else within((inner) => (inner === 1 ? readPair() : readChunk()));
  }
  const labels = formatSeries(createLabels(Object.fromEntries(pairs)));
  return [`${queryIndex}: ${labels}`, ...chunks].join(', ');
}

describe('streamed remote read', () => {
  it('frames each series with its length, its checksum and its query', async () => {
    const results = [
      [seriesOf({ __name__: 'up', job: 'a' }, 3), seriesOf({ __name__: 'up', job: 'b' }, 1)],
      [seriesOf({ __name__: 'none' }, 0), seriesOf({ __name__: 'x' }, 2)],
    ];
    assert.deepEqual(readFrames(await collect(streamChunks(results, encodePairs))), [
      '0: up{job="a"}, 1000 2000 1 "1000 2000", 3000 3000 1 "3000"',
      '0: up{job="b"}, 1000 1000 1 "1000"',
      '1: none',
      '1: x, 1000 2000 1 "1000 2000"',
    ]);
  });

  it('goes on in the next frame with what does not fit into one', async () => {
    const data = Buffer.alloc(READ_FRAME_BYTES / 2, 'x');
    const encode: EncodeChunks = () =>
      [1, 2, 3].map((at) => ({ minMs: at, maxMs: at, encoding: 2, data }));
    const stream = streamChunks([[seriesOf({ __name__: 'x' }, 1)]], encode);
    const frames = readFrames(await collect(stream));
    assert.deepEqual(
      frames.map((text) => text.replaceAll(/x{9,}/g, '…')),
      ['0: x, 1 1 2 "…", 2 2 2 "…"', '0: x, 3 3 2 "…"'],
    );
  });

  it('encodes long series in parts, and leaves their memory alone between two', async () => {
    const one = seriesOf({ __name__: 'x' }, 10_001);
    const sizes: number[] = [];
    const encode: EncodeChunks = ({ count, timesMs, values, bits }) => {
      sizes.push(count);
      // As another reader of the store would.
      one.samples.timesMs.fill(0);
      assert.equal(values.length, count);
      assert.equal(bits.length, 2 * count);
      const [minMs, maxMs] = [timesMs[0], timesMs[count - 1]];
      return [{ minMs, maxMs, encoding: 1, data: Buffer.from('x') }];
    };
    const [frame, ...more] = readFrames(await collect(streamChunks([[one]], encode)));
    assert.deepEqual(sizes, [4_800, 4_800, 401]);
    assert.equal(frame, '0: x, 1000 4800000 1 "x", 4801000 9600000 1 "x", 9601000 10001000 1 "x"');
    assert.deepEqual(more, []);
  });

  it('passes frames on as they come, in pieces of some size', async () => {
    let read = 0;
    function* many() {
      for (; read < 2_000; read++) yield seriesOf({ __name__: 'x', i: String(read) }, 2);
    }
    const stream = streamChunks([many()], encodePairs);
    const first = await stream.next();
    assert.ok(read < 2_000, 'all was read before the first piece');
    assert.equal(first.done, false);
    await stream.return(undefined);
  });

  it('is what a reader gets that takes it first, and samples what one gets that does not', async () => {
    const { labels, samples } = seriesOf({ __name__: 'up' }, 2);
    const store = {
      estimate: () => ({ seriesCount: 1, sampleCount: 3_000_000 }),
      select: () => [{ labels, samples }],
      series: () => [labels],
    };
    const external = createLabels({ region: 'eu' });
    const options = { store, externalLabels: () => external, encodeChunks: encodePairs };
    const handler = createReadHandler(options);
    const range = { matchers: [], fromMs: 0, toMs: 9_000 };
    const check = async (types: readonly number[], want: string): Promise<void> => {
      const writer = new ProtoWriter();
      writer.end(writer.begin(1));
      for (const type of types) writer.uint(2, type);
      const answer = await handler(packSnappy(writer.finish())).catch(String);
      const got = typeof answer === 'string' ? /AppError: (.{9})/.exec(answer)?.[1] : answer.kind;
      assert.equal(got, want, types.join());
      if (typeof answer === 'string' || answer.kind === 'samples') return;
      const frames = readFrames(await collect(answer.stream));
      assert.deepEqual(frames, ['0: up{region="eu"}, 1000 2000 1 "1000 2000"']);
    };
    await check([1, 0], 'chunks');
    await check([7, 1], 'chunks');
    // The other type answers fewer at once.
    await check([0, 1], 'about 300');
    await check([], 'about 300');
    await check([7], 'the reque');
    await assert.rejects(
      createReadHandler({ ...options, externalLabels: () => EMPTY_LABELS })(
        createReadRequest(range),
      ),
      /at most 2000000 are read at once/,
    );
  });
});
