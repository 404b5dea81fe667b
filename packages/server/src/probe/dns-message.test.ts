import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom } from '../platform/index.ts';
import { encodeQuestion, parseAnswer } from './dns-message.ts';

const QUESTION = { id: 7, name: 'example.com', type: 1, class: 1, isRecursionDesired: true };

/** An answer with one record, whose name is a pointer to the question's. */
function answerWith(type: number, data: readonly number[]): Uint8Array {
  const question = Buffer.from(encodeQuestion(QUESTION));
  question[2] = 0x85;
  question[7] = 1;
  const head = [0xc0, 12, type >> 8, type & 0xff, 0, 1, 0, 0, 1, 44, 0, data.length];
  return Buffer.concat([question, Uint8Array.from(head), Uint8Array.from(data)]);
}

const textOf = (type: number, data: readonly number[]): string =>
  parseAnswer(answerWith(type, data)).answer[0].text;

describe('a message of the DNS', () => {
  it('asks as RFC 1035 says', () => {
    assert.equal(
      Buffer.from(encodeQuestion(QUESTION)).toString('hex'),
      '000701000001000000000000076578616d706c6503636f6d0000010001',
    );
    assert.throws(() => encodeQuestion({ ...QUESTION, name: 'a'.repeat(64) }), /longer than 63/);
    assert.throws(() => encodeQuestion({ ...QUESTION, name: 'a.'.repeat(200) }), /longer than 255/);
  });

  it('writes records as zone files do', () => {
    const check = (type: number, data: readonly number[], want: string): void =>
      assert.equal(textOf(type, data), `example.com.\t300\tIN\t${want}`);
    check(1, [192, 0, 2, 1], 'A\t192.0.2.1');
    check(28, [0x20, 1, 0xd, 0xb8, ...Array.from({ length: 11 }, () => 0), 1], 'AAAA\t2001:db8::1');
    check(5, [1, 97, 0xc0, 12], 'CNAME\ta.example.com.');
    check(15, [0, 10, 1, 109, 0], 'MX\t10 m.');
    check(16, [2, 104, 34, 1, 10], 'TXT\t"h\\"" "\\010"');
    check(33, [0, 1, 0, 2, 0, 80, 1, 97, 0], 'SRV\t1 2 80 a.');
    check(257, [0, 5, ...Buffer.from('issueca')], 'CAA\t0 issue "ca"');
    check(43, [0, 1, 8, 2, 0xab], 'DS\t1 8 2 AB');
    check(65, [1, 2], 'HTTPS\t\\# 2 0102');
    check(1234, [255], 'TYPE1234\t\\# 1 ff');
  });

  it('tells the serial of a zone', () => {
    const times = [0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4];
    const [soa] = parseAnswer(answerWith(6, [0xc0, 12, 0, ...times])).answer;
    assert.equal(soa.serial, 9);
    assert.equal(soa.text, 'example.com.\t300\tIN\tSOA\texample.com. . 9 1 2 3 4');
  });

  it('refuses what is none', () => {
    const check = (bytes: Uint8Array, want: RegExp): void =>
      assert.throws(() => parseAnswer(bytes), want);
    check(new Uint8Array(3), /ends in the middle/);
    check(encodeQuestion(QUESTION), /it is a question/);
    check(answerWith(5, [0xc0, 41]), /has no end/);
    check(answerWith(1, [1, 2, 3]), /another length/);
    check(answerWith(15, [0, 10, 0, 9]), /another length than it says/);
    const many = Buffer.from(answerWith(1, [1, 2, 3, 4]));
    many.writeUInt16BE(65_535, 6);
    check(many, /more than 6000 records/);
  });

  it('is read or refused whatever its bytes are', () => {
    const seed = 20_261_125;
    const random = createSeededRandom(seed);
    const corpus = [answerWith(6, [0xc0, 12, 0, ...Array.from({ length: 20 }, () => 0)])];
    corpus.push(answerWith(35, [0, 1, 0, 2, 1, 97, 0, 0, 0]), answerWith(16, [2, 1, 2]));
    for (let i = 0; i < 5000; i++) {
      const bytes = Buffer.from(corpus[i % corpus.length]);
      for (let k = 0; k <= i % 4; k++) {
        bytes[Math.floor(random.float() * bytes.length)] = Math.floor(random.float() * 256);
      }
      try {
        parseAnswer(bytes.subarray(0, Math.floor(random.float() * 2 * bytes.length)));
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${i}: ${String(error)}`);
      }
    }
  });
});
