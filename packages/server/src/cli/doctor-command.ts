import { createSystemClock, errorMessage } from '../platform/index.ts';
import {
  type CliContext,
  CLIENT_OPTIONS,
  type Command,
  type CommandInput,
  CONFIG_OPTION,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { type Finding, notice, wrong } from './doctor-finding.ts';
import { examineMachine, examineNode } from './doctor-machine.ts';
import { examineServer } from './doctor-server.ts';
import { readLocalServer } from './local-server.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';
import { VERSION } from './version.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  operands: '',
  summary: 'look through everything that a server needs; a line for each, and what to do',
  options: {
    listen: {
      type: 'string',
      value: 'HOST:PORT',
      summary: 'where the server is to listen (default 127.0.0.1:9999)',
    },
    ...CONFIG_OPTION,
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    if (input.operands.length > 0) {
      context.stderr(`nines doctor: unexpected "${input.operands[0]}"\n`);
      return EXIT.usage;
    }
    const findings = await examine(input, context);
    if (input.has('json')) context.stdout(`${JSON.stringify({ findings })}\n`);
    else context.stdout(formatTable(findings.map(formatFinding)));
    return findVerdict(findings);
  },
};

const SIGNS = { fine: '✓', notice: '!', wrong: '✗' } as const;

function formatFinding({ about, verdict, text }: Finding): readonly string[] {
  return [SIGNS[verdict], about, text.replaceAll('\n', ' ')];
}

function findVerdict(findings: readonly Finding[]): ExitCode {
  return findings.some(({ verdict }) => verdict === 'wrong') ? EXIT.failed : EXIT.ok;
}

async function examine(input: CommandInput, context: CliContext): Promise<readonly Finding[]> {
  const clock = createSystemClock();
  const began = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
  const isRemote = input.text('url') !== undefined || context.env.NINES_URL !== undefined;
  const findings = [examineNode(process.version)];
  let isExpected = isRemote;
  if (!isRemote) {
    const dataDir = input.text('data') ?? 'data';
    const app = await context.loadApp();
    const inspection = await app.inspect({ configFile: input.text('config'), dataDir });
    const local = readLocalServer(dataDir);
    const listen = input.text('listen') ?? '127.0.0.1:9999';
    findings.push(...(await examineMachine({ dataDir, listen, inspection, local })));
    isExpected = inspection.isLocked || local !== undefined;
  }
  findings.push(...(await askServer({ input, context, isExpected })));
  const wallMs = clock.now() - began.wallMs;
  const jumpMs = Math.abs(wallMs - (clock.monotonicMs() - began.monotonicMs));
  if (jumpMs > 1_000) {
    const text = `this machine’s clock jumped by ${Math.round(jumpMs)} ms meanwhile; look at NTP`;
    findings.push(wrong('clock', text));
  }
  return findings;
}

async function askServer(options: {
  readonly input: CommandInput;
  readonly context: CliContext;
  /** One was there before, or was named: that there is none is wrong. */
  readonly isExpected: boolean;
}): Promise<readonly Finding[]> {
  const { input, context, isExpected } = options;
  try {
    const { client } = connectServer(input, context);
    return await examineServer(client, createSystemClock(), VERSION);
  } catch (error) {
    const say = isExpected ? wrong : notice;
    return [say('server', `${errorMessage(error)}${isExpected ? '; its log says why' : ''}`)];
  }
}
