/** What servers that are probed answer: messages of the DNS, and what `ping` says of them. */
import { encodeQuestion, parseAnswer } from '../../packages/server/src/probe/dns-message.ts';
import { parseReply } from '../../packages/server/src/probe/icmp-prober.ts';
import { type FuzzTarget, ofBytes, ofText } from './target.ts';

const QUESTION = { id: 7, name: 'example.com', type: 1, class: 1, isRecursionDesired: true };

/** An answer with one record, whose name is a pointer to the question's. */
function createAnswer(type: number, data: readonly number[]): Uint8Array {
  const question = Buffer.from(encodeQuestion(QUESTION));
  question[2] = 0x85;
  question[7] = 1;
  const head = [0xc0, 12, type >> 8, type & 0xff, 0, 1, 0, 0, 1, 44, 0, data.length];
  return Buffer.concat([question, Uint8Array.from(head), Uint8Array.from(data)]);
}

const SOA = [0xc0, 12, 1, 97, 0xc0, 12, 0, 0, 0, 77, ...Array.from({ length: 16 }, () => 1)];

export const PROBE_TARGETS: readonly FuzzTarget[] = [
  ofBytes({
    name: 'dns-answer',
    corpus: [
      createAnswer(1, [192, 0, 2, 1]),
      createAnswer(6, SOA),
      createAnswer(16, [2, 104, 105, 0]),
      createAnswer(35, [0, 1, 0, 2, 1, 97, 1, 98, 0, 1, 99, 0]),
      createAnswer(257, [0, 5, ...Buffer.from('issueca')]),
      createAnswer(43, [0, 1, 8, 2, 0xab]),
    ],
    read: parseAnswer,
  }),
  ofText({
    name: 'ping-reply',
    corpus: ['64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.035 ms\n'],
    read: parseReply,
  }),
];
