/** Copies of typed arrays with more room; what is new is zero. */

export function growBytes(from: Uint8Array, capacity: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(capacity);
  grown.set(from);
  return grown;
}

export function growDoubles(from: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity);
  grown.set(from);
  return grown;
}

export function growWords(from: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(capacity);
  grown.set(from);
  return grown;
}

// In memory that threads share. A column that grew is announced to them (sharing.ts); the old
// array stays good for who still reads it.
//
// Columns grow where they are: a buffer reserves addresses for more than it has, which costs no
// memory. Copies into larger buffers would leave holes in the allocator's heap, which at 500,000
// series came to as much as the columns themselves. Views have a fixed length, because those that
// follow their buffer's are 30 times as slow.

/** How much larger a column may get before it has to be copied. */
const RESERVED_FACTOR = 8;
const RESERVED_BYTES_MIN = 64 * 1024;

/** Arrays in shared memory made so far: as long as it stays the same, none was replaced. */
let sharedCount = 0;

export function countShared(): number {
  return sharedCount;
}

/** The buffer of a column with room for so many bytes: the same where it fits, else a new one. */
function growBuffer(from: ArrayBufferView | undefined, bytes: number): SharedArrayBuffer {
  sharedCount++;
  const buffer = from?.buffer;
  if (buffer instanceof SharedArrayBuffer && buffer.growable && bytes <= buffer.maxByteLength) {
    if (bytes > buffer.byteLength) buffer.grow(bytes);
    return buffer;
  }
  // Most columns begin empty, and some stay so.
  if (bytes === 0) return new SharedArrayBuffer(0);
  const maxByteLength = Math.max(bytes * RESERVED_FACTOR, RESERVED_BYTES_MIN);
  return new SharedArrayBuffer(bytes, { maxByteLength });
}

export function shareBytes(capacity: number, from?: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const grown = new Uint8Array(growBuffer(from, capacity), 0, capacity);
  if (from !== undefined && from.buffer !== grown.buffer) grown.set(from);
  return grown;
}

export function shareShorts(capacity: number, from?: Uint16Array): Uint16Array<SharedArrayBuffer> {
  const grown = new Uint16Array(growBuffer(from, capacity * 2), 0, capacity);
  if (from !== undefined && from.buffer !== grown.buffer) grown.set(from);
  return grown;
}

export function shareWords(capacity: number, from?: Uint32Array): Uint32Array<SharedArrayBuffer> {
  const grown = new Uint32Array(growBuffer(from, capacity * 4), 0, capacity);
  if (from !== undefined && from.buffer !== grown.buffer) grown.set(from);
  return grown;
}

export function shareDoubles(
  capacity: number,
  from?: Float64Array,
): Float64Array<SharedArrayBuffer> {
  const grown = new Float64Array(growBuffer(from, capacity * 8), 0, capacity);
  if (from !== undefined && from.buffer !== grown.buffer) grown.set(from);
  return grown;
}

/** Words that never grow, on pages of their own: they take no memory until they are written to. */
export function sharePages(wordCount: number): Uint32Array<SharedArrayBuffer> {
  sharedCount++;
  const bytes = wordCount * 4;
  return new Uint32Array(new SharedArrayBuffer(bytes, { maxByteLength: bytes }), 0, wordCount);
}
