/**
 * The stored form of a password: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, the PHC string format
 * (https://github.com/P-H-C/phc-string-format), which every argon2 library reads.
 */

/** The costs of one hash. */
export interface HashCosts {
  /** KiB of memory. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

export interface PasswordHash extends HashCosts {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/**
 * The OWASP Password Storage Cheat Sheet's first choice for argon2id
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
 */
export const HASH_COSTS: HashCosts = { memory: 19_456, passes: 2, parallelism: 1 };

/** RFC 9106, 3.1: 16 bytes of salt are enough for every use. */
export const SALT_BYTES = 16;
/** RFC 9106, 4: a tag of 256 bits. */
export const TAG_BYTES = 32;

/** A hash that asks for more than these was not written by us; it would only hold the machine up. */
const MEMORY_MAX = 256 * 1024;
const PASSES_MAX = 32;
const PARALLELISM_MAX = 16;
const BINARY_BYTES_MAX = 64;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/-]+)\$([\w+/-]+)$/;

/** Writes a hash as text. */
export function formatPasswordHash(hash: PasswordHash): string {
  const { memory, passes, parallelism, salt, tag } = hash;
  const costs = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${costs}$${toBase64(salt)}$${toBase64(tag)}`;
}

/** Reads a hash; undefined where the text is none that we would compute. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const match = PHC.exec(text);
  if (match === null) return undefined;
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number);
  const [salt, tag] = match.slice(4).map((part) => Buffer.from(part, 'base64'));
  const isGood =
    parallelism >= 1 &&
    parallelism <= PARALLELISM_MAX &&
    passes >= 1 &&
    passes <= PASSES_MAX &&
    // RFC 9106, 3.1: at least 8 KiB for each lane.
    memory >= 8 * parallelism &&
    memory <= MEMORY_MAX &&
    isBetween(salt.length, 8) &&
    isBetween(tag.length, 16);
  return isGood ? { memory, passes, parallelism, salt, tag } : undefined;
}

/** Whether a hash was made with other costs than these, so that it should be made anew. */
export function isOutdated(hash: PasswordHash, costs: HashCosts): boolean {
  return (
    hash.memory !== costs.memory ||
    hash.passes !== costs.passes ||
    hash.parallelism !== costs.parallelism ||
    hash.tag.length !== TAG_BYTES
  );
}

function isBetween(size: number, min: number): boolean {
  return size >= min && size <= BINARY_BYTES_MAX;
}

/** Base 64 as PHC has it: without padding. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
