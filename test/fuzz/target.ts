/** What is fuzzed: one reader of bytes from outside, with small valid samples of what it reads. */
import { AppError, type Random } from '../../packages/server/src/platform/index.ts';
import { spoilBytes, spoilText } from '../../packages/server/src/platform/testing.ts';
import { createPieceSpoiler, type Piece } from './pieces.ts';

export interface FuzzTarget {
  /** As `npm run fuzz -- NAME` takes it. */
  readonly name: string;
  /** Of a target that opens a whole store, or a whole archive, for each input: so many are enough. */
  readonly inputsMax?: number;
  /** The next input. */
  next(random: Random): Uint8Array;
  /** Reads an input; throws what `isRefusal` knows, or the reader is at fault. */
  read(input: Uint8Array): unknown;
  /** The code or the name of an error by which the input was refused; undefined: it is a crash. */
  refusalOf(error: unknown): string | undefined;
}

interface Base {
  readonly name: string;
  readonly inputsMax?: number;
  readonly read: (input: Uint8Array) => unknown;
  /** Names of errors that mean that an input was refused, beside AppError. */
  readonly refusals?: readonly string[];
  /** For readers that throw plain errors: which sentences are theirs. */
  readonly refusalText?: RegExp;
}

/** A target that reads bytes. */
export function ofBytes(target: Base & { readonly corpus: readonly Uint8Array[] }): FuzzTarget {
  return createTarget(target, (random) => spoilBytes(random, target.corpus));
}

/** A target that reads bytes with checksums in them. */
export function ofPieces(
  target: Base & { readonly corpus: readonly (readonly Piece[])[] },
): FuzzTarget {
  return createTarget(target, createPieceSpoiler(target.corpus));
}

/** A target that reads text; `pieces` are words of its grammar. */
export function ofText(
  target: Omit<Base, 'read'> & {
    readonly corpus: readonly string[];
    readonly pieces?: readonly string[];
    readonly read: (text: string) => unknown;
  },
): FuzzTarget {
  const read = (input: Uint8Array): unknown => target.read(Buffer.from(input).toString());
  return createTarget({ ...target, read }, (random) =>
    Buffer.from(spoilText(random, target.corpus, target.pieces)),
  );
}

function createTarget(target: Base, next: FuzzTarget['next']): FuzzTarget {
  const { name, read, inputsMax } = target;
  const refusalOf = (error: unknown): string | undefined => nameRefusal(target, error);
  return { name, next, read, refusalOf, ...(inputsMax !== undefined && { inputsMax }) };
}

function nameRefusal(
  target: Pick<Base, 'refusals' | 'refusalText'>,
  error: unknown,
): string | undefined {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return undefined;
  if (target.refusals?.includes(error.name) === true) return error.name;
  const isKnown = error.name === 'Error' && target.refusalText?.test(error.message) === true;
  return isKnown ? 'refused' : undefined;
}
