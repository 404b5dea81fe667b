import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from './errors.ts';
import { ProtoReader, ProtoWriter } from './protobuf.ts';
import { createSeededRandom } from './random.ts';

const FUZZ_ROUNDS = 3_000;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function hexOf(write: (writer: ProtoWriter) => void): string {
  const writer = new ProtoWriter(1);
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

describe('protobuf wire format', () => {
  it('writes what the documentation of the format shows', () => {
    const check = (hex: string, write: (writer: ProtoWriter) => void): void => {
      assert.equal(hexOf(write), hex.replaceAll(' ', ''));
    };
    check('08 96 01', (w) => w.uint(1, 150));
    check('12 07 74657374696e67', (w) => w.string(2, 'testing'));
    check('1a 03 08 96 01', (w) => {
      const start = w.begin(3);
      w.uint(1, 150);
      w.end(start);
    });
    check('08 ff ff ff ff ff ff ff ff ff 01', (w) => w.int(1, -1));
    check('08 03', (w) => w.sint(1, -2));
    check('09 000000000000f03f', (w) => w.double(1, 1));
    check('09 020000000000f07f', (w) => w.doubleBits(1, 2, 0x7ff00000));
    check('80 10 01', (w) => w.uint(256, 1));
  });

  it('reads back every kind of number', () => {
    const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45 + 1, 2 ** 53 - 1];
    for (const number of numbers) {
      const writer = new ProtoWriter();
      writer.uint(1, number);
      writer.int(2, number);
      writer.int(3, -number);
      writer.sint(4, number);
      writer.sint(5, -number);
      const reader = new ProtoReader(writer.finish());
      const read = [
        [reader.next(), reader.uint()],
        [reader.next(), reader.int()],
        [reader.next(), reader.int()],
        [reader.next(), reader.sint()],
        [reader.next(), reader.sint()],
      ];
      const negative = number === 0 ? 0 : -number;
      assert.deepEqual(read, [
        [1, number],
        [2, number],
        [3, negative],
        [4, number],
        [5, negative],
      ]);
      assert.equal(reader.next(), 0);
    }
  });

  it('keeps the bits of a staleness marker', () => {
    const writer = new ProtoWriter();
    writer.doubleBits(1, 2, 0x7ff00000);
    const reader = new ProtoReader(writer.finish());
    const bits = new Uint32Array(2);
    assert.equal(reader.next(), 1);
    reader.doubleBits(bits, 0);
    assert.deepEqual([...bits], [2, 0x7ff00000]);
  });

  it('reads nanoseconds as milliseconds without losing any', () => {
    for (const nanos of [0n, 999_999n, 1_000_000n, 1_789_000_000_123_999_999n]) {
      const bytes = new Uint8Array(9);
      bytes[0] = 0x09;
      new DataView(bytes.buffer).setBigUint64(1, nanos, true);
      const reader = new ProtoReader(bytes);
      reader.next();
      assert.equal(reader.fixed64Nanos(), Number(nanos / 1_000_000n));
    }
  });

  it('nests messages of any length', () => {
    for (const length of [0, 1, 127, 128, 16_383, 16_384, 300_000]) {
      const writer = new ProtoWriter();
      const outer = writer.begin(1);
      writer.string(2, 'x'.repeat(length));
      writer.uint(3, 7);
      writer.end(outer);
      writer.uint(4, 9);
      const reader = new ProtoReader(writer.finish());
      assert.equal(reader.next(), 1);
      const back = reader.enter();
      assert.equal(reader.next(), 2);
      assert.equal(reader.string().length, length);
      reader.leave(back);
      assert.equal(reader.next(), 4);
      assert.equal(reader.uint(), 9);
    }
  });

  it('says what is wrong, and where', () => {
    const check = (hex: string, message: RegExp): void => {
      const reader = new ProtoReader(bytesOf(hex));
      assert.throws(() => {
        while (reader.next() !== 0) reader.skip();
      }, message);
    };
    check('08', /ends within a number \(byte 1\)/);
    check('08 ffffffffffffffffffff', /more than 10 bytes/);
    check('0a 05 00', /a field of 5 bytes goes beyond its message \(byte 2\)/);
    check('09 00', /ends within a field/);
    check('00 00', /the number 0/);
    const typed = new ProtoReader(bytesOf('0a 00'));
    typed.next();
    assert.throws(() => typed.uint(), /has the wire type 2; want 0/);
    check('0b', /unknown wire type 3/);
    const text = new ProtoReader(bytesOf('0a 02 c328'));
    text.next();
    assert.throws(() => text.string(), /a text is not UTF-8/);
  });

  it('takes any bytes without a crash', () => {
    const seed = 20_261;
    const random = createSeededRandom(seed);
    for (let round = 0; round < FUZZ_ROUNDS; round++) {
      const bytes = random.bytes(Math.floor(random.float() * 40));
      try {
        walk(new ProtoReader(bytes), 0);
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});

/** Reads each field in one of the ways that fit its layout. */
function walk(reader: ProtoReader, depth: number): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (reader.wireType === 0) {
      assert.ok(Number.isFinite(field % 2 === 0 ? reader.sint() : reader.int()));
    } else if (field % 7 === 0) {
      assert.equal(typeof reader.double(), 'number');
    } else if (reader.wireType === 2 && depth < 4 && field % 2 === 0) {
      const outer = reader.enter();
      walk(reader, depth + 1);
      reader.leave(outer);
    } else if (reader.wireType === 2 && field % 3 === 0) reader.string();
    else reader.skip();
  }
}
