/** The input that a thread is at, where the thread that watches it can see it. */

export interface WorkerOrder {
  readonly name: string;
  readonly seed: number;
  readonly inputs: number;
  readonly timeMsMax: number;
  readonly buffer: SharedArrayBuffer;
}

export function isWorkerOrder(value: unknown): value is WorkerOrder {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'seed' in value;
}

const HEADER_BYTES = 8;
const INPUT_BYTES_MAX = 128 * 1024;

export class SharedInput {
  readonly buffer: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(HEADER_BYTES + INPUT_BYTES_MAX)) {
    this.buffer = buffer;
    this.#header = new Int32Array(buffer, 0, 2);
    this.#bytes = new Uint8Array(buffer, HEADER_BYTES);
  }

  put(index: number, input: Uint8Array): void {
    const kept = input.subarray(0, INPUT_BYTES_MAX);
    this.#bytes.set(kept);
    Atomics.store(this.#header, 1, kept.length);
    Atomics.store(this.#header, 0, index + 1);
  }

  /** -1 before the first. */
  get index(): number {
    return Atomics.load(this.#header, 0) - 1;
  }

  get hex(): string {
    const length = Atomics.load(this.#header, 1);
    return Buffer.from(this.#bytes.slice(0, length)).toString('hex');
  }
}
