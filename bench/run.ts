/**
 * `npm run bench -- NAME… [--peer prometheus] [--seconds N]`: prints one line of JSON for each
 * figure. Exits 1 where the named peer is not on this machine or a benchmark could not be run to
 * its end, 2 where the command line makes no sense. See bench/README.md.
 */
import { parseBenchArguments } from './arguments.ts';
import type { Bench, BenchContext } from './bench.ts';
import { type Contender, createNines, findPeer } from './contender.ts';
import { formatFigure } from './figure.ts';
import { histograms } from './histograms.ts';
import { ingest } from './ingest.ts';
import { memory } from './memory.ts';
import { parse } from './parse.ts';
import { queryLive } from './query-live.ts';
import { query } from './query.ts';
import { restart } from './restart.ts';
import { rules } from './rules.ts';
import { seriesMemory } from './series-memory.ts';
import { startup } from './startup.ts';

const BENCHES: readonly Bench[] = [
  ingest,
  query,
  queryLive,
  startup,
  restart,
  rules,
  memory,
  seriesMemory,
  parse,
  histograms,
];
/** Twice what the slowest takes on a busy machine, beside the window that was asked for. */
const TIMEOUT_MS = 300_000;

function formatUsage(): string {
  const lines = BENCHES.map(({ name, summary }) => `  ${name.padEnd(15)}${summary}`);
  return `usage: npm run bench -- NAME… [--peer prometheus] [--seconds N]\n\n${lines.join('\n')}`;
}

async function runAll(
  benches: readonly Bench[],
  options: { readonly peer: string | undefined; readonly windowSeconds: number },
): Promise<void> {
  const { windowSeconds } = options;
  const peer = options.peer === undefined ? undefined : findPeer(options.peer, process.env);
  const contenders: readonly Contender[] = [createNines(), ...(peer === undefined ? [] : [peer])];
  for (const bench of benches) {
    const deadline = setTimeout(
      () => {
        console.error(`bench ${bench.name}: did not end in time`);
        process.exit(1);
      },
      (bench.timeoutMs ?? TIMEOUT_MS) + windowSeconds * 1000,
    );
    const report: BenchContext['report'] = (measure) => console.log(formatFigure(measure, peer));
    await bench.run({ contenders, windowSeconds, report }).finally(() => clearTimeout(deadline));
  }
}

const parsed = parseBenchArguments(
  process.argv.slice(2),
  BENCHES.map(({ name }) => name),
);
if (typeof parsed === 'string') {
  console.error(`bench: ${parsed}\n\n${formatUsage()}`);
  process.exitCode = 2;
} else {
  // A signal ends the servers too: they are ended, and their folders removed, at exit.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const wanted = BENCHES.filter(({ name }) => parsed.names.includes(name));
  await runAll(wanted, parsed).catch((error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
