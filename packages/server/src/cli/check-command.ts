import { checkMetricsFiles } from './check-metrics.ts';
import { type Command, EXIT, JSON_OPTION } from './command.ts';

/** The first operand that means what a program exposes; a file of this name is `./metrics`. */
const METRICS = 'metrics';

export const checkCommand: Command = {
  name: 'check',
  operands: '[metrics] FILE…',
  words: [METRICS],
  summary: 'check configuration and rule files, or metrics; a line with its place for each fault',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      summary: 'of metrics: text or openmetrics (default: by their end)',
    },
    'faults-only': { type: 'boolean', summary: 'of metrics: no advice on names, types and units' },
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
    const faults = await app.checkFiles(input.operands);
    if (input.has('json')) context.stdout(`${JSON.stringify({ faults })}\n`);
    else if (faults.length > 0) context.stdout(`${faults.join('\n')}\n`);
    else context.stdout(`${input.operands.join(', ')}: no faults\n`);
    return faults.length > 0 ? EXIT.failed : EXIT.ok;
  },
};
