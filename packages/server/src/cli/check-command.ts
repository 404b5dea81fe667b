import { checkMetricsFiles } from './check-metrics.ts';
import { checkRoutes } from './check-routes.ts';
import {
  type AppModule,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
  PROMETHEUS_OPTION,
} from './command.ts';

/** The first operand that means what a program exposes; a file of this name is `./metrics`. */
const METRICS = 'metrics';
const ALERTMANAGER = 'alertmanager';
/** Those that ask for a line for each field: of what Nines reads, and of other programs' files. */
const REPORT_KINDS = ['config', 'rules', 'probes', ALERTMANAGER] as const;
/** Options that only some first operands go with; '' stands for a file. */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  format: [METRICS],
  'faults-only': [METRICS],
  routes: [ALERTMANAGER],
  prometheus: ['', 'config', 'rules'],
};

export const checkCommand: Command = {
  name: 'check',
  operands: '[metrics|config|rules|probes|alertmanager] FILE…',
  words: [METRICS, ...REPORT_KINDS],
  summary:
    'check configuration and rule files, or metrics; a line for each fault, after `config`, `rules`, `probes` (a blackbox.yml) and `alertmanager` for each field',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      summary: 'of metrics: text or openmetrics (default: by their end)',
    },
    'faults-only': { type: 'boolean', summary: 'of metrics: no advice on names, types and units' },
    routes: {
      type: 'boolean',
      summary: 'of alertmanager: the routing tree, or who gets an alert: FILE LABEL=VALUE…',
    },
    ...PROMETHEUS_OPTION,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [first, ...rest] = input.operands;
    const misplaced = findMisplaced(input);
    if (misplaced !== undefined) {
      context.stderr(`nines check: ${misplaced}\n`);
      return EXIT.usage;
    }
    if (first === METRICS) return checkMetricsFiles(rest, input, context);
    if (input.operands.length === 0) {
      context.stderr('nines check: name at least one file\n');
      return EXIT.usage;
    }
    const app = await context.loadApp();
    const kind = REPORT_KINDS.find((one) => one === first);
    if (kind !== undefined && rest.length > 0) {
      if (input.has('routes')) return checkRoutes(app, rest, { input, context });
      const prometheus = input.text('prometheus');
      const read = async (file: string) => app.report(kind, file, prometheus);
      return report(rest, read, { input, context });
    }
    const faults = await app.checkFiles(input.operands, input.text('prometheus'));
    if (input.has('json')) context.stdout(`${JSON.stringify({ faults })}\n`);
    else if (faults.length > 0) context.stdout(`${faults.join('\n')}\n`);
    else context.stdout(`${input.operands.join(', ')}: no faults\n`);
    return faults.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

/** One line for each field: for those who bring the files of other programs that they have. */
async function report(
  files: readonly string[],
  read: (file: string) => ReturnType<AppModule['report']>,
  { input, context }: { readonly input: CommandInput; readonly context: CliContext },
): Promise<ExitCode> {
  const reports = await Promise.all(files.map(read));
  const lines = reports.flat();
  const count = (verdict: string): number => lines.filter((one) => one.verdict === verdict).length;
  const [supported, ignored, refused] = ['supported', 'ignored', 'refused'].map(count);
  if (input.has('json')) {
    context.stdout(`${JSON.stringify({ supported, ignored, refused, lines })}\n`);
  } else {
    const total = `${supported} supported, ${ignored} ignored, ${refused} refused`;
    context.stdout(`${[...lines.map(({ text }) => text), total].join('\n')}\n`);
  }
  return refused > 0 ? EXIT.failed : EXIT.ok;
}

/** An option that the first operand does not go with would be passed over in silence. */
function findMisplaced(input: CommandInput): string | undefined {
  const [first, ...rest] = input.operands;
  const words: readonly string[] = [METRICS, ...REPORT_KINDS];
  // `nines check config` alone asks for a file of this name.
  const isWord = first === METRICS || (words.includes(first) && rest.length > 0);
  const kind = isWord ? first : '';
  for (const [option, kinds] of Object.entries(OPTIONS_OF)) {
    const isGiven = input.has(option) || input.text(option) !== undefined;
    if (!isGiven || kinds.includes(kind)) continue;
    const places = kinds.map((one) => `nines check ${one === '' ? 'FILE' : one}`);
    return `--${option} has no effect here; it goes with ${places.join(', ')}`;
  }
  return undefined;
}
