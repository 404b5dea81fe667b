/**
 * Prefix codes (Huffman 1952) in canonical form: only the lengths of the codes are stored, and the
 * codes follow from them (RFC 1951, 3.2.2). Codes are at most `CODE_BITS_MAX` long.
 *
 * A code of one symbol takes no bits at all.
 */
import { CODE_BITS_MAX } from './limits.ts';

/** The best lengths for symbols that come so often; each count is 1 at least. */
export function chooseLengths(counts: readonly number[]): readonly number[] {
  if (counts.length === 1) return [0];
  let weights: readonly number[] = counts;
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (lengths.every((length) => length <= CODE_BITS_MAX)) return lengths;
    // Flatter weights make shorter codes, and cost next to nothing: it is the rare ones that lose.
    weights = weights.map((weight) => Math.ceil(weight / 2));
  }
}

function huffmanLengths(weights: readonly number[]): readonly number[] {
  const count = weights.length;
  const leaves = weights.map((_, symbol) => symbol).sort((a, b) => weights[a] - weights[b]);
  // Two queues: leaves by weight, and joined nodes, which come to be in order of theirs.
  const joined: number[] = [];
  const parents = new Uint16Array(2 * count);
  let nextLeaf = 0;
  let nextJoined = 0;
  const takeLightest = (): { readonly node: number; readonly weight: number } => {
    const leaf = nextLeaf < count ? weights[leaves[nextLeaf]] : Infinity;
    const inner = nextJoined < joined.length ? joined[nextJoined] : Infinity;
    if (leaf <= inner) return { node: leaves[nextLeaf++], weight: leaf };
    return { node: count + nextJoined++, weight: inner };
  };
  while (joined.length < count - 1) {
    const first = takeLightest();
    const second = takeLightest();
    parents[first.node] = count + joined.length;
    parents[second.node] = count + joined.length;
    joined.push(first.weight + second.weight);
  }
  const depths = new Uint8Array(2 * count);
  for (let node = 2 * count - 3; node >= 0; node--) depths[node] = depths[parents[node]] + 1;
  return Array.from(depths.subarray(0, count));
}

/** The code of each symbol, to be written with its length; the shortest first, then by number. */
export function assignCodes(lengths: ArrayLike<number>): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = code++;
    }
    code *= 2;
  }
  return codes;
}

/**
 * Fills the first 2^bits places of a table: by the next `bits` bits of a stream, the symbol times
 * 16 and its length. Answers false where the lengths are those of no complete code.
 */
export function fillTable(lengths: ArrayLike<number>, table: Uint16Array, bits: number): boolean {
  if (lengths.length === 1) {
    table.fill(0, 0, 1 << bits);
    return lengths[0] === 0;
  }
  let at = 0;
  for (let length = 1; length <= bits; length++) {
    const places = 1 << (bits - length);
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (at + places > 1 << bits) return false;
      table.fill((symbol << 4) | length, at, at + places);
      at += places;
    }
  }
  return at === 1 << bits;
}
