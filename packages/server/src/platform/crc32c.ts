/**
 * CRC-32C, the checksum of Prometheus' formats (Castagnoli's polynomial; RFC 3720, appendix B.4).
 *
 * `node:zlib` has only the other CRC-32. Eight tables let eight bytes be taken in one step
 * ("slicing by 8", Kounavis and Berry 2005): about 1 GB/s, a quarter of a microsecond per chunk.
 */

/** The polynomial with its bits in reverse. */
const POLYNOMIAL = 0x82f63b78;

const TABLES = createTables();

/** Table k tells what a byte does that is followed by k zero bytes; 256 entries each, in a row. */
function createTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : POLYNOMIAL);
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256];
    tables[i] = (before >>> 8) ^ tables[before & 0xff];
  }
  return tables;
}

/**
 * The checksum of `bytes` from an index up to another. To go on with more bytes, pass what came
 * out so far as `before`.
 */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, before = 0): number {
  const t = TABLES;
  let crc = ~before;
  let at = from;
  for (const end = to - 7; at < end; at += 8) {
    const low =
      crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc =
      t[1792 + (low & 0xff)] ^
      t[1536 + ((low >>> 8) & 0xff)] ^
      t[1280 + ((low >>> 16) & 0xff)] ^
      t[1024 + (low >>> 24)] ^
      t[768 + bytes[at + 4]] ^
      t[512 + bytes[at + 5]] ^
      t[256 + bytes[at + 6]] ^
      t[bytes[at + 7]];
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}
