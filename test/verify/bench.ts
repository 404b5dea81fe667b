/** The four benchmarks print their lines, a Prometheus beside them. */
import { findPrometheus } from '../harness/peers.ts';
import { members } from '../harness/json.ts';
import { runProgram } from './run-program.ts';
import { missing, type Verification } from './verification.ts';

const BENCHES = ['ingest', 'query', 'startup', 'memory'];
const PEER = 'prometheus';
const NUMBERS = ['value', 'ratio'];
const TEXTS = ['name', 'unit', 'load', 'peer', 'peerVersion'];
const TIMEOUT_MS = 400_000;

export const bench: Verification = {
  name: 'bench',
  promise: `npm run bench -- ${BENCHES.join('|')} --peer ${PEER} print a line for each figure`,
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const misses: string[] = [];
    const figures: Record<string, unknown> = {};
    for (const name of BENCHES) {
      const { code, lines } = await runBench(name);
      const faults = lines.map(findFault).filter((fault) => fault !== undefined);
      if (code !== 0) misses.push(`${name}: exit code ${code}`);
      if (lines.length === 0) misses.push(`${name}: no line was printed`);
      misses.push(...faults.map((fault) => `${name}: ${fault}`));
      figures[name] = lines.map((line) => parse(line) ?? line);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};

async function runBench(
  name: string,
): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  const args = ['run', '--silent', 'bench', '--', name, '--peer', PEER];
  const { code, output } = await runProgram({ file: 'npm', args, timeoutMs: TIMEOUT_MS });
  return { code, lines: output.split('\n').filter((line) => line !== '') };
}

/** What is wrong with a line; undefined: it has the shape that was agreed. */
function findFault(line: string): string | undefined {
  const figure = parse(line);
  if (figure === undefined) return `not one line of JSON: ${line}`;
  const wrong = [
    ...NUMBERS.filter((key) => typeof figure[key] !== 'number'),
    ...TEXTS.filter((key) => typeof figure[key] !== 'string'),
  ];
  return wrong.length === 0 ? undefined : `${wrong.join(', ')} missing in ${line}`;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return members(JSON.parse(line));
  } catch {
    return undefined;
  }
}
