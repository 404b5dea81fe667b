/**
 * Files whose parts have checksums, as pieces that can be spoiled behind them: of inputs that are
 * spoiled as a whole, nearly all are refused by the first checksum, and what it guards is not reached.
 */
import type { Random } from '../../packages/server/src/platform/index.ts';
import { pickFrom, spoilBytes } from '../../packages/server/src/platform/testing.ts';

/** A part of a file. */
export interface Piece {
  readonly content: Uint8Array;
  /** The bytes of the file for a content: with its length and its checksum, where it has them. */
  readonly seal: (content: Uint8Array) => Uint8Array;
}

/** How often the file is spoiled as a whole. */
const WHOLE_RATIO = 0.2;
/** How often one more piece is spoiled. */
const ONE_MORE_RATIO = 0.2;

/** A part without a checksum. */
export function plainPiece(content: Uint8Array): Piece {
  return { content, seal: (bytes) => bytes };
}

/** The file that pieces make. */
export function joinPieces(pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.map(({ content, seal }) => seal(content)));
}

/** Makes inputs of files. */
export function createPieceSpoiler(
  files: readonly (readonly Piece[])[],
): (random: Random) => Uint8Array {
  const wholes = files.map(joinPieces);
  const contents = files.flatMap((pieces) => pieces.map(({ content }) => content));
  const sealed = files.map((pieces) => pieces.map(({ content, seal }) => seal(content)));
  const spoilPiece = (random: Random, { content, seal }: Piece): Uint8Array => {
    const donor = random.float() < 0.5 ? content : pickFrom(random, contents);
    return seal(spoilBytes(random, [content, content, content, donor]));
  };
  return (random) => {
    if (random.float() < WHOLE_RATIO) return spoilBytes(random, wholes);
    const file = Math.floor(random.float() * files.length);
    const parts = [...sealed[file]];
    do {
      const at = Math.floor(random.float() * parts.length);
      parts[at] = spoilPiece(random, files[file][at]);
    } while (random.float() < ONE_MORE_RATIO);
    return Buffer.concat(parts);
  };
}
