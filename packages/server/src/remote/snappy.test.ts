import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom } from '../platform/index.ts';
import { spoilBytes } from '../platform/testing.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';

const BYTES_MAX = 1_000_000;

function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value));
}

describe('snappy block format', () => {
  it('unpacks what the format description explains', () => {
    const check = (hex: string, want: string): void => {
      const packed = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      assert.equal(Buffer.from(unpackSnappy(packed, BYTES_MAX)).toString(), want);
    };
    check('00', '');
    check('03 08 616263', 'abc');
    // "xababab": a literal of three bytes and a copy of four that reaches two back.
    check('07 08 786162 01 02', 'xababab');
    // The same with two and with four bytes of offset.
    check('07 08 786162 0e 0200', 'xababab');
    check('07 08 786162 0f 02000000', 'xababab');
    // A literal whose length takes a byte of its own.
    check(`3d f03c ${'61'.repeat(61)}`, 'a'.repeat(61));
  });

  it('refuses what is damaged, and says why', () => {
    const check = (hex: string, message: RegExp, bytesMax = BYTES_MAX): void => {
      const packed = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      assert.throws(() => unpackSnappy(packed, bytesMax), message);
    };
    check('', /its length is not complete/);
    check('ffffffffff', /its length is not complete/);
    check('04 08 616263', /claims to hold 4 bytes and holds 3/);
    check('03 0c 616263', /a literal of 4 bytes goes beyond the end/);
    check('02 08 616263', /a literal of 3 bytes goes beyond the end/);
    check('07 08 786162 01 04', /a copy reaches 4 bytes back, of 3 that there are/);
    check('07 08 786162 01 00', /a copy reaches 0 bytes back/);
    check('05 08 786162 01 02', /a copy of 4 bytes goes beyond the end/);
    check('07 08 786162 01', /it ends within an element/);
    check('80 08 08 616263', /6 bytes cannot hold the 1024 that they claim to/);
    check('80 80 40 08 616263', /1048576 bytes when unpacked; at most 100/, 100);
  });

  it('gives back what it packed', () => {
    const random = createSeededRandom(7);
    const series = Array.from(
      { length: 900 },
      (_, i) => `up{instance="host-${i}:9100"} ${i % 2}\n`,
    );
    const inputs = [
      text(''),
      text('a'),
      text('abcdefghijklmnop'),
      text('a'.repeat(200_000)),
      text('ab'.repeat(33)),
      text(series.join('')),
      random.bytes(70_000),
      text(`${'x'.repeat(65_535)}yz${'x'.repeat(65_536)}`),
    ];
    for (const input of inputs) {
      const packed = packSnappy(input);
      assert.ok(Buffer.from(unpackSnappy(packed, BYTES_MAX)).equals(input));
    }
    assert.ok(packSnappy(text(series.join(''))).length < series.join('').length / 3);
  });

  it('gives back packed bytes of any pattern', () => {
    const seed = 991;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 300; round++) {
      const letters = 1 + Math.floor(random.float() * 4);
      const length = Math.floor(random.float() * 400);
      const input = Uint8Array.from({ length }, () => Math.floor(random.float() * letters));
      const back = Buffer.from(unpackSnappy(packSnappy(input), BYTES_MAX));
      assert.ok(back.equals(input), `seed ${seed}, round ${round}`);
    }
  });

  it('takes any bytes without a crash', () => {
    const seed = 42;
    const random = createSeededRandom(seed);
    const whole = packSnappy(text('the quick brown fox jumps over the quick brown dog '.repeat(9)));
    for (let round = 0; round < 3_000; round++) {
      const packed = spoilBytes(random, [whole]);
      try {
        assert.ok(unpackSnappy(packed, BYTES_MAX).length <= BYTES_MAX);
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});
