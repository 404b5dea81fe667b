/**
 * Texts of lines, each of them once, however many targets send it.
 *
 * A thousand machines with the same exporter send the same lines, but for their values: what tells
 * the machines apart is added by us. So a text is kept once, with the count of lines that have it,
 * and a target remembers four bytes for each line. What is compared at each scrape fits into the
 * processor's cache then, too.
 *
 * Texts lie in pages, so that nothing large is ever copied: a page of which less than half is still
 * in use hands it on to the newest page and is let go. They are found by linear hashing (Litwin,
 * 1980): the table grows by a bucket with each text, and is never built anew.
 */
import { assert } from '../platform/index.ts';
import { OrderScratch } from './order-scratch.ts';
import { hashBytes, isSameBytes } from './text-hash.ts';

export const NO_TEXT = 0;

/** Page of address a: `a >>> PAGE_SHIFT`; first byte in it: `(a & PAGE_MASK) << 2`. */
export const PAGE_SHIFT = 14;
export const PAGE_MASK = (1 << PAGE_SHIFT) - 1;
const PAGE_BYTES = 4 << PAGE_SHIFT;
/** Addresses are 32 bits: 16 GiB. */
const PAGES_MAX = 2 ** (32 - PAGE_SHIFT);
/** Before a text stand its length and its number. */
export const LENGTH_BEFORE = 8;
const NUMBER_BEFORE = 4;
const HEAD_BYTES = 8;
/** What takes more has a page for itself, of its size. */
const SHARED_BYTES_MAX = PAGE_BYTES / 4;

const TEXTS_MIN = 256;
const GROWTH_FACTOR = 1.25;

/** A part of the memory for texts. */
export interface TextPage {
  readonly bytes: Buffer;
  /** The bytes, to be compared four at a time. */
  readonly words: DataView;
  usedBytes: number;
  liveBytes: number;
}

export class LineTexts {
  /** By text, which count from 1: the address of its first byte, in words; 0 where it is free. */
  textFrom = new Uint32Array(TEXTS_MIN);
  readonly pages: TextPage[] = [];
  /** By text: the line that has it, in the table that is loaded. */
  lineOf = new Uint32Array(TEXTS_MIN);
  /** The table whose lines `lineOf` knows. */
  loaded: object | undefined;
  readonly orders = new OrderScratch();

  #hashes = new Uint32Array(TEXTS_MIN);
  /** How many lines have a text; for numbers that are not in use the next such number. */
  #users = new Uint32Array(TEXTS_MIN);
  /** The next text of the same bucket. */
  #next = new Uint32Array(TEXTS_MIN);
  #heads = new Uint32Array(TEXTS_MIN);
  #bucketCount = TEXTS_MIN;
  /** Of a hash, the bits that tell the bucket; where there is no such bucket yet, one bit less. */
  #mask = TEXTS_MIN - 1;
  #freeText = NO_TEXT;
  #textEnd = 1;
  #count = 0;
  /** The page that is being filled; -1: none. */
  #filling = -1;
  readonly #freePages: number[] = [];
  readonly #seed: number;

  /** The seed keeps a hostile target from choosing lines that all fall into one bucket. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** How many texts there are. */
  get size(): number {
    return this.#count;
  }

  /** Bytes of memory held. */
  get sizeBytes(): number {
    const columns = this.textFrom.length * 5 * 4 + this.#heads.byteLength;
    return this.pages.reduce((sum, { bytes }) => sum + bytes.length, columns);
  }

  hash(body: Uint8Array, from: number, to: number): number {
    return hashBytes(body, from, to, this.#seed);
  }

  /** A view of a text's bytes; they stay what they are. */
  text(text: number): Buffer {
    const address = this.textFrom[text];
    const { bytes, words } = this.pages[address >>> PAGE_SHIFT];
    const from = (address & PAGE_MASK) << 2;
    return bytes.subarray(from, from + words.getUint32(from - LENGTH_BEFORE, true));
  }

  /** How many bytes a text has. */
  lengthOf(text: number): number {
    const address = this.textFrom[text];
    const { words } = this.pages[address >>> PAGE_SHIFT];
    return words.getUint32(((address & PAGE_MASK) << 2) - LENGTH_BEFORE, true);
  }

  /** The first four bytes of a text that has as many, as a number. */
  firstWord(text: number): number {
    const address = this.textFrom[text];
    return this.pages[address >>> PAGE_SHIFT].words.getUint32((address & PAGE_MASK) << 2, true);
  }

  /** Whether a text, its first `skip` bytes left out, is what stands in some bytes. */
  matches(text: number, skip: number, body: Uint8Array, from: number, to: number): boolean {
    if (this.lengthOf(text) - skip !== to - from) return false;
    const address = this.textFrom[text];
    const { bytes } = this.pages[address >>> PAGE_SHIFT];
    return isSameBytes(bytes, ((address & PAGE_MASK) << 2) + skip, body, from, to - from);
  }

  /** The number of a text, or NO_TEXT. */
  find(body: Uint8Array, from: number, to: number, hash: number): number {
    for (let text = this.#heads[this.#bucketOf(hash)]; text !== NO_TEXT; text = this.#next[text]) {
      if (this.#hashes[text] === hash && this.matches(text, 0, body, from, to)) return text;
    }
    return NO_TEXT;
  }

  /** The number of a text, made on first sight; a line has it now. */
  take(body: Buffer, from: number, to: number, hash: number): number {
    const known = this.find(body, from, to, hash);
    const text = known === NO_TEXT ? this.#add(body, from, to, hash) : known;
    this.#users[text]++;
    return text;
  }

  /** A line has it no more; without lines it is forgotten. */
  release(text: number): void {
    if (--this.#users[text] === 0) this.#remove(text);
  }

  #bucketOf(hash: number): number {
    const bucket = (hash & this.#mask) >>> 0;
    return bucket < this.#bucketCount ? bucket : bucket & (this.#mask >>> 1);
  }

  #add(body: Buffer, from: number, to: number, hash: number): number {
    const text = this.#freeText === NO_TEXT ? this.#textEnd++ : this.#freeText;
    if (text >= this.textFrom.length) this.#growTexts();
    if (text === this.#freeText) this.#freeText = this.#users[text];
    this.#users[text] = 0;
    this.#hashes[text] = hash;
    this.#place(text, body, from, to);
    const bucket = this.#bucketOf(hash);
    this.#next[text] = this.#heads[bucket];
    this.#heads[bucket] = text;
    this.#count++;
    if (this.#count > this.#bucketCount) this.#addBucket();
    return text;
  }

  /** Makes one bucket more: the texts of another one are shared out between the two. */
  #addBucket(): void {
    const added = this.#bucketCount++;
    if (added > this.#mask) this.#mask = this.#mask * 2 + 1;
    if (added >= this.#heads.length) this.#heads = growWords(this.#heads);
    const split = added & (this.#mask >>> 1);
    let text = this.#heads[split];
    this.#heads[split] = NO_TEXT;
    this.#heads[added] = NO_TEXT;
    while (text !== NO_TEXT) {
      const next = this.#next[text];
      const bucket = this.#bucketOf(this.#hashes[text]);
      this.#next[text] = this.#heads[bucket];
      this.#heads[bucket] = text;
      text = next;
    }
  }

  #remove(text: number): void {
    const bucket = this.#bucketOf(this.#hashes[text]);
    let before = NO_TEXT;
    for (let at = this.#heads[bucket]; at !== text; at = this.#next[at]) before = at;
    if (before === NO_TEXT) this.#heads[bucket] = this.#next[text];
    else this.#next[before] = this.#next[text];
    const page = this.textFrom[text] >>> PAGE_SHIFT;
    const sizeBytes = sizeOf(this.lengthOf(text));
    this.textFrom[text] = 0;
    this.#users[text] = this.#freeText;
    this.#freeText = text;
    this.#count--;
    this.pages[page].liveBytes -= sizeBytes;
    if (page !== this.#filling) this.#squeeze(page);
  }

  /** Puts a text's bytes into the page that is being filled. */
  #place(text: number, from: Buffer, fromAt: number, toAt: number): void {
    const length = toAt - fromAt;
    const sizeBytes = sizeOf(length);
    const number = this.#pageFor(sizeBytes);
    const page = this.pages[number];
    const at = page.usedBytes + HEAD_BYTES;
    page.words.setUint32(at - LENGTH_BEFORE, length, true);
    page.words.setUint32(at - NUMBER_BEFORE, text, true);
    from.copy(page.bytes, at, fromAt, toAt);
    page.usedBytes += sizeBytes;
    page.liveBytes += sizeBytes;
    this.textFrom[text] = number * (1 << PAGE_SHIFT) + (at >>> 2);
  }

  #pageFor(sizeBytes: number): number {
    if (sizeBytes > SHARED_BYTES_MAX) return this.#addPage(sizeBytes);
    const filled = this.#filling;
    const page = this.pages[filled];
    if (page !== undefined && page.usedBytes + sizeBytes <= PAGE_BYTES) return filled;
    this.#filling = this.#addPage(PAGE_BYTES);
    // Hands on less than half a page, so that there is still room for a text.
    if (page !== undefined) this.#squeeze(filled);
    return this.#filling;
  }

  #addPage(sizeBytes: number): number {
    const number = this.#freePages.pop() ?? this.pages.length;
    assert(number < PAGES_MAX, 'texts of lines take less than 16 GiB');
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pages[number] = { bytes, words, usedBytes: 0, liveBytes: 0 };
    return number;
  }

  /** Lets a page go of which less than half is in use; what is moves on to another. */
  #squeeze(number: number): void {
    const page = this.pages[number];
    if (page.liveBytes * 2 >= page.bytes.length) return;
    // Only now, so that its number is not given out again while it is read.
    for (let at = HEAD_BYTES; page.liveBytes > 0 && at <= page.usedBytes; ) {
      const length = page.words.getUint32(at - LENGTH_BEFORE, true);
      const text = page.words.getUint32(at - NUMBER_BEFORE, true);
      if (this.textFrom[text] === number * (1 << PAGE_SHIFT) + (at >>> 2)) {
        page.liveBytes -= sizeOf(length);
        this.#place(text, page.bytes, at, at + length);
      }
      at += sizeOf(length);
    }
    this.pages[number] = NO_PAGE;
    this.#freePages.push(number);
  }

  #growTexts(): void {
    this.textFrom = growWords(this.textFrom);
    this.lineOf = growWords(this.lineOf);
    this.#hashes = growWords(this.#hashes);
    this.#users = growWords(this.#users);
    this.#next = growWords(this.#next);
  }
}

/** Holds no text. */
export const NO_PAGE: TextPage = {
  bytes: Buffer.alloc(0),
  words: new DataView(new ArrayBuffer(0)),
  usedBytes: 0,
  liveBytes: 0,
};

/** What a text takes with its head, in whole words. */
function sizeOf(length: number): number {
  return (HEAD_BYTES + length + 3) & ~3;
}

function growWords(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.ceil(from.length * GROWTH_FACTOR));
  to.set(from);
  return to;
}
