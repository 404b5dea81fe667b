/** The command line of the benchmarks. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly names: readonly string[];
  readonly peer: string | undefined;
  readonly windowSeconds: number;
}

const WINDOW_SECONDS = 25;
/** Three hours: at one sample a second, windows of two hours begin and end within it. */
const WINDOW_SECONDS_MAX = 10_800;

/** Reads the arguments; answers a sentence where they make no sense. */
export function parseBenchArguments(
  argv: readonly string[],
  known: readonly string[],
): BenchArguments | string {
  const parsed = readOptions(argv);
  if (typeof parsed === 'string') return parsed;
  const { positionals: names, values } = parsed;
  if (names.length === 0) return 'name at least one benchmark';
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `there is no benchmark "${unknown}"`;
  const windowSeconds = Number(values.seconds ?? WINDOW_SECONDS);
  if (!(windowSeconds >= 1 && windowSeconds <= WINDOW_SECONDS_MAX)) {
    return `--seconds is "${values.seconds}"; want a number from 1 to ${WINDOW_SECONDS_MAX}`;
  }
  return { names, peer: values.peer, windowSeconds };
}

interface Options {
  readonly positionals: readonly string[];
  readonly values: { readonly peer?: string; readonly seconds?: string };
}

function readOptions(argv: readonly string[]): Options | string {
  const options = { peer: { type: 'string' }, seconds: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
