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
// array stays whole for who still reads it.

/** Arrays in shared memory made so far: as long as it stays the same, none was replaced. */
let sharedCount = 0;

export function countShared(): number {
  return sharedCount;
}

function allocate(byteLength: number): SharedArrayBuffer {
  sharedCount++;
  return new SharedArrayBuffer(byteLength);
}

export function shareBytes(capacity: number, from?: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const grown = new Uint8Array(allocate(capacity));
  if (from !== undefined) grown.set(from);
  return grown;
}

export function shareWords(capacity: number, from?: Uint32Array): Uint32Array<SharedArrayBuffer> {
  const grown = new Uint32Array(allocate(capacity * 4));
  if (from !== undefined) grown.set(from);
  return grown;
}

export function shareDoubles(
  capacity: number,
  from?: Float64Array,
): Float64Array<SharedArrayBuffer> {
  const grown = new Float64Array(allocate(capacity * 8));
  if (from !== undefined) grown.set(from);
  return grown;
}
