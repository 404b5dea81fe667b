/** What is fuzzed: one reader of bytes from outside, with small valid samples of what it reads. */
import { AppError, type Random } from '../../packages/server/src/platform/index.ts';
import { spoilBytes, spoilText } from '../../packages/server/src/platform/testing.ts';

export interface FuzzTarget {
  /** As `npm run fuzz -- NAME` takes it. */
  readonly name: string;
  /** The next input. */
  next(random: Random): Uint8Array;
  /** Reads an input; throws what `isRefusal` knows, or the reader is at fault. */
  read(input: Uint8Array): unknown;
  /** The code or the name of an error by which the input was refused; undefined: it is a crash. */
  refusalOf(error: unknown): string | undefined;
}

interface Base {
  readonly name: string;
  readonly read: (input: Uint8Array) => unknown;
  /** Names of errors that mean that an input was refused, beside AppError. */
  readonly refusals?: readonly string[];
  /** For readers that throw plain errors: which sentences are theirs. */
  readonly refusalText?: RegExp;
}

/** A target that reads bytes. */
export function ofBytes(target: Base & { readonly corpus: readonly Uint8Array[] }): FuzzTarget {
  return {
    name: target.name,
    next: (random) => spoilBytes(random, target.corpus),
    read: target.read,
    refusalOf: (error) => refusalOf(target, error),
  };
}

/** A target that reads text; `pieces` are words of its grammar. */
export function ofText(
  target: Omit<Base, 'read'> & {
    readonly corpus: readonly string[];
    readonly pieces?: readonly string[];
    readonly read: (text: string) => unknown;
  },
): FuzzTarget {
  return {
    name: target.name,
    next: (random) => Buffer.from(spoilText(random, target.corpus, target.pieces)),
    read: (input) => target.read(Buffer.from(input).toString()),
    refusalOf: (error) => refusalOf(target, error),
  };
}

function refusalOf(
  target: Pick<Base, 'refusals' | 'refusalText'>,
  error: unknown,
): string | undefined {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return undefined;
  if (target.refusals?.includes(error.name) === true) return error.name;
  const isKnown = error.name === 'Error' && target.refusalText?.test(error.message) === true;
  return isKnown ? 'refused' : undefined;
}
