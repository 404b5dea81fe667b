/** Text that is written as bytes of UTF-8 from the start, for bodies of megabytes. */

const encoder = new TextEncoder();
const FIRST_BYTES = 4 * 1024;

/** Encodes a text that is written again and again. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

export class ByteText {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Adds any text. */
  add(text: string): void {
    // A code unit takes three bytes at most.
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Adds a short text that is known to be ASCII; quicker than a call of the encoder. */
  addAscii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** Adds text that is encoded already. */
  addEncoded(encoded: Uint8Array): void {
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  #reserve(count: number): void {
    const need = this.#length + count;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** All of it; nothing may be added afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
