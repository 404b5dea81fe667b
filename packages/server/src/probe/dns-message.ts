/**
 * Messages of the DNS (RFC 1035): a question out, an answer in.
 *
 * Records are written as zone files have them (`name. TTL class type data`, with tabs between), which
 * is what the expressions of modules look at. Types whose data is not known here are written as
 * RFC 3597 says: `\# length hex`.
 */
import { invalid, unavailable } from '../platform/index.ts';
import { DNS_BYTES_MAX, DNS_LABELS_MAX, DNS_RECORDS_MAX } from './limits.ts';
import { DNS_CLASSES, DNS_TYPES, findName } from './dns-names.ts';

export interface DnsQuestion {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly isRecursionDesired: boolean;
}

export interface DnsRecord {
  /** As a zone file has it. */
  readonly text: string;
  readonly type: number;
  /** Of the zone; undefined where the record is no SOA. */
  readonly serial: number | undefined;
}

export interface DnsAnswer {
  readonly id: number;
  readonly rcode: number;
  readonly isTruncated: boolean;
  readonly answer: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

const HEADER_BYTES = 12;
const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;

export function encodeQuestion(question: DnsQuestion): Uint8Array {
  const name = encodeName(question.name);
  const bytes = Buffer.alloc(HEADER_BYTES + name.length + 4);
  bytes.writeUInt16BE(question.id, 0);
  bytes.writeUInt16BE(question.isRecursionDesired ? 0x0100 : 0, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.set(name, HEADER_BYTES);
  bytes.writeUInt16BE(question.type, HEADER_BYTES + name.length);
  bytes.writeUInt16BE(question.class, HEADER_BYTES + name.length + 2);
  return bytes;
}

function encodeName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'utf8');
    if (bytes.length > LABEL_BYTES_MAX) {
      throw invalid('PROBE_DNS_NAME', `"${label}" is longer than ${LABEL_BYTES_MAX} bytes`);
    }
    return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
  });
  const encoded = Buffer.concat([...parts, Uint8Array.of(0)]);
  if (encoded.length <= NAME_BYTES_MAX) return encoded;
  throw invalid('PROBE_DNS_NAME', `"${name}" is longer than ${NAME_BYTES_MAX} bytes`);
}

/** Reads an answer; throws `PROBE_DNS_MALFORMED` where it is none. */
export function parseAnswer(bytes: Uint8Array): DnsAnswer {
  if (bytes.length > DNS_BYTES_MAX) throw malformed(`it has ${bytes.length} bytes`);
  const reader = new MessageReader(bytes);
  const id = reader.uint16();
  const flags = reader.uint16();
  if ((flags & 0x8000) === 0) throw malformed('it is a question');
  const [questions, answers, authorities, additionals] = [0, 1, 2, 3].map(() => reader.uint16());
  for (let i = 0; i < questions; i++) {
    reader.name();
    reader.skip(4);
  }
  let left = DNS_RECORDS_MAX;
  const section = (count: number): readonly DnsRecord[] => {
    left -= count;
    if (left < 0) throw malformed(`it has more than ${DNS_RECORDS_MAX} records`);
    return Array.from({ length: count }, () => readRecord(reader));
  };
  return {
    id,
    rcode: flags & 0xf,
    isTruncated: (flags & 0x0200) !== 0,
    answer: section(answers),
    authority: section(authorities),
    additional: section(additionals),
  };
}

function malformed(why: string): Error {
  return unavailable('PROBE_DNS_MALFORMED', `the answer is not a message of the DNS: ${why}`);
}

class MessageReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #claim(count: number): number {
    const from = this.at;
    if (from + count > this.#bytes.length) throw malformed('it ends in the middle');
    this.at = from + count;
    return from;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#claim(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#claim(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#claim(4));
  }

  take(count: number): Buffer {
    const from = this.#claim(count);
    return this.#bytes.subarray(from, from + count);
  }

  skip(count: number): void {
    this.#claim(count);
  }

  /** With a dot at its end; pointers (4.1.4) lead back, and each label counts against the bound. */
  name(): string {
    const labels: string[] = [];
    let end: number | undefined;
    for (let i = 0; i < DNS_LABELS_MAX; i++) {
      const length = this.uint8();
      if (length === 0) {
        this.at = end ?? this.at;
        return `${labels.join('.')}.`;
      }
      if (length >= 0xc0) {
        const target = ((length & 0x3f) << 8) | this.uint8();
        end ??= this.at;
        this.at = target;
      } else if (length > LABEL_BYTES_MAX) throw malformed('a label is too long');
      else labels.push(escapeLabel(this.take(length)));
    }
    throw malformed('a name has no end');
  }

  /** A text with its length before it, in quotes. */
  text(): string {
    return `"${escapeText(this.take(this.uint8()))}"`;
  }
}

function escapeLabel(bytes: Buffer): string {
  return Array.from(bytes, (byte) => escapeByte(byte, '.\\"();@$ ')).join('');
}

function escapeText(bytes: Buffer): string {
  return Array.from(bytes, (byte) => escapeByte(byte, '"\\')).join('');
}

function escapeByte(byte: number, special: string): string {
  const char = String.fromCharCode(byte);
  if (byte < 0x20 || byte > 0x7e) return `\\${String(byte).padStart(3, '0')}`;
  return special.includes(char) ? `\\${char}` : char;
}

function readRecord(reader: MessageReader): DnsRecord {
  const name = reader.name();
  const type = reader.uint16();
  const recordClass = reader.uint16();
  const ttl = reader.uint32();
  const length = reader.uint16();
  const end = reader.at + length;
  const data = readData(reader, type, length);
  if (reader.at !== end) throw malformed('the data of a record has another length than it says');
  const className = findName(DNS_CLASSES, recordClass) ?? `CLASS${recordClass}`;
  const typeName = findName(DNS_TYPES, type) ?? `TYPE${type}`;
  const text = [name, String(ttl), className, typeName, data.text].join('\t');
  return { text, type, serial: data.serial };
}

interface Data {
  readonly text: string;
  readonly serial?: number;
}

const typeOf = (name: string): number => DNS_TYPES.get(name) ?? 0;
const [A, AAAA, SOA, MX, SRV, CAA, NAPTR] = ['A', 'AAAA', 'SOA', 'MX', 'SRV', 'CAA', 'NAPTR'].map(
  typeOf,
);
const NAMES = new Set(['NS', 'MD', 'MF', 'CNAME', 'MB', 'MG', 'MR', 'PTR', 'DNAME'].map(typeOf));
const TEXTS = new Set(['TXT', 'SPF', 'AVC', 'HINFO'].map(typeOf));
const DIGESTS = new Set(['DS', 'CDS', 'TLSA', 'SMIMEA', 'SSHFP'].map(typeOf));

function readData(
  reader: MessageReader,
  type: number,
  length: number,
): Data & { serial: number | undefined } {
  return { serial: undefined, ...readDataOf(reader, type, length) };
}

function readDataOf(reader: MessageReader, type: number, length: number): Data {
  if (NAMES.has(type)) return { text: reader.name() };
  if (TEXTS.has(type)) return { text: readTexts(reader, length) };
  if (DIGESTS.has(type)) return { text: readDigest(reader, type, length) };
  switch (type) {
    case A:
      if (length !== 4) throw malformed('an address has another length');
      return { text: [...reader.take(4)].join('.') };
    case AAAA:
      if (length !== 16) throw malformed('an address has another length');
      return { text: formatV6(reader) };
    case SOA:
      return readSoa(reader);
    case MX:
      return { text: `${reader.uint16()} ${reader.name()}` };
    case SRV:
      return { text: `${reader.uint16()} ${reader.uint16()} ${reader.uint16()} ${reader.name()}` };
    case CAA:
      return readCaa(reader, length);
    case NAPTR: {
      const numbers = `${reader.uint16()} ${reader.uint16()}`;
      return {
        text: `${numbers} ${reader.text()} ${reader.text()} ${reader.text()} ${reader.name()}`,
      };
    }
    default:
      return { text: `\\# ${length} ${reader.take(length).toString('hex')}` };
  }
}

function readTexts(reader: MessageReader, length: number): string {
  const end = reader.at + length;
  const texts: string[] = [];
  while (reader.at < end) texts.push(reader.text());
  return texts.join(' ');
}

/** Numbers first, then hexadecimal digits: how many of which size is the type's. */
function readDigest(reader: MessageReader, type: number, length: number): string {
  const isKeyed = type === typeOf('DS') || type === typeOf('CDS');
  const isPair = type === typeOf('SSHFP');
  const headBytes = isKeyed ? 4 : isPair ? 2 : 3;
  if (length < headBytes) throw malformed('a digest has no head');
  const head = isKeyed
    ? [reader.uint16(), reader.uint8(), reader.uint8()]
    : Array.from({ length: headBytes }, () => reader.uint8());
  const digits = reader.take(length - headBytes).toString('hex');
  return `${head.join(' ')} ${isKeyed || isPair ? digits.toUpperCase() : digits}`;
}

function readSoa(reader: MessageReader): Data {
  const names = `${reader.name()} ${reader.name()}`;
  const serial = reader.uint32();
  const times = [0, 1, 2, 3].map(() => reader.uint32());
  return { text: `${names} ${serial} ${times.join(' ')}`, serial };
}

function readCaa(reader: MessageReader, length: number): Data {
  const flag = reader.uint8();
  const tagBytes = reader.uint8();
  const valueBytes = length - 2 - tagBytes;
  if (valueBytes < 0) throw malformed('a tag is longer than its record');
  const tag = reader.take(tagBytes).toString('latin1');
  return { text: `${flag} ${tag} "${escapeText(reader.take(valueBytes))}"` };
}

function formatV6(reader: MessageReader): string {
  const groups = Array.from({ length: 8 }, () => reader.uint16().toString(16));
  // The URL parser writes an address in the one way of RFC 5952.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
