/**
 * What a chunk holds. The numbers are those of Prometheus' blocks (tsdb/chunkenc/chunk.go), whose
 * layouts these chunks have bit for bit.
 */

/** Floats (xor-decode.ts). */
export const CHUNK_XOR = 1;
/** Histograms whose counts are whole numbers (histogram-chunk.ts). */
export const CHUNK_HISTOGRAM = 2;
/** All other histograms. */
export const CHUNK_FLOAT_HISTOGRAM = 3;

/** Whether a number stands for a kind of chunk. */
export function isChunkKind(kind: number): boolean {
  return kind >= CHUNK_XOR && kind <= CHUNK_FLOAT_HISTOGRAM;
}

/** Set beside the kind of a closed chunk whose samples came late (late-chunks.ts). */
export const LATE_FLAG = 0x80;

/** Set beside both in a checkpoint where a staleness marker may be among the chunk's samples. */
export const MARKER_FLAG = 0x40;
