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
/** The one that asks for a line for each field of a configuration. */
const CONFIG = 'config';
/** The same of a file of blackbox_exporter. */
const PROBES = 'probes';
/** The same of an alertmanager.yml. */
const ALERTMANAGER = 'alertmanager';

export const checkCommand: Command = {
  name: 'check',
  operands: '[metrics|config|probes|alertmanager] FILE…',
  words: [METRICS, CONFIG, PROBES, ALERTMANAGER],
  summary:
    'check configuration and rule files, or metrics; a line for each fault, after `config`, `probes` (a blackbox.yml) and `alertmanager` for each field',
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
    if (first === METRICS) return checkMetricsFiles(rest, input, context);
    if (input.operands.length === 0) {
      context.stderr('nines check: name at least one file\n');
      return EXIT.usage;
    }
    const app = await context.loadApp();
    if (first === CONFIG && rest.length > 0) {
      return report(rest, async (file) => app.reportConfig(file), { input, context });
    }
    if (first === PROBES && rest.length > 0) {
      return report(rest, async (file) => app.reportProbes(file), { input, context });
    }
    if (first === ALERTMANAGER && rest.length > 0) {
      if (input.has('routes')) return checkRoutes(app, rest, { input, context });
      return report(rest, async (file) => app.reportAlertmanager(file), { input, context });
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
  read: AppModule['reportConfig'],
  { input, context }: { readonly input: CommandInput; readonly context: CliContext },
): Promise<ExitCode> {
  const reports = await Promise.all(files.map(read));
  const lines = reports.flat();
  const count = (verdict: string): number => lines.filter((one) => one.verdict === verdict).length;
  const refused = count('refused');
  if (input.has('json')) context.stdout(`${JSON.stringify({ lines })}\n`);
  else {
    const total = `${count('supported')} supported, ${count('ignored')} ignored, ${refused} refused`;
    context.stdout(`${[...lines.map(({ text }) => text), total].join('\n')}\n`);
  }
  return refused > 0 ? EXIT.failed : EXIT.ok;
}
