import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { entriesOf, fieldsOf, readAnswerData } from './prometheus-answer.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const queryCommand: Command = {
  name: 'query',
  operands: 'EXPRESSION',
  summary: 'evaluate a PromQL expression now, or at --time',
  options: {
    time: {
      type: 'string',
      value: 'TIME',
      summary: 'RFC 3339 or seconds since 1970 (default now)',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    if (input.operands.length !== 1) {
      context.stderr('nines query: give one expression, in quotes\n');
      return EXIT.usage;
    }
    const time = input.text('time');
    const query = new URLSearchParams({
      query: input.operands[0],
      ...(time === undefined ? {} : { time }),
    });
    const answer = await connectServer(input, context).get(`/api/v1/query?${query.toString()}`);
    if (input.has('json')) context.stdout(`${JSON.stringify(answer)}\n`);
    const result = readAnswer(answer);
    if (!input.has('json')) context.stdout(formatResult(result));
    return EXIT.ok;
  },
};

interface Result {
  readonly type: string;
  readonly rows: readonly unknown[];
  readonly value: unknown;
}

function readAnswer(answer: unknown): Result {
  const { resultType, result } = readAnswerData(answer);
  return { type: String(resultType), rows: entriesOf(result), value: result };
}

function formatResult({ type, rows, value }: Result): string {
  if (type === 'scalar' || type === 'string')
    return `${Array.isArray(value) ? String(value[1]) : ''}\n`;
  if (rows.length === 0) return 'no series match\n';
  return formatTable(rows.map((row) => [formatMetric(fieldsOf(row).metric), formatNewest(row)]));
}

/** The only sample of a series, or its last one: of a vector or a matrix, a float or a histogram. */
function formatNewest(row: unknown): string {
  const { value, values, histogram, histograms } = fieldsOf(row);
  const samples = [value, histogram, lastOf(values), lastOf(histograms)].map(readSample);
  const newest = samples.reduce((a, b) => (b.atSeconds > a.atSeconds ? b : a));
  return newest.text;
}

function lastOf(samples: unknown): unknown {
  return Array.isArray(samples) ? samples.at(-1) : undefined;
}

function readSample(sample: unknown): { readonly atSeconds: number; readonly text: string } {
  if (!Array.isArray(sample)) return { atSeconds: -Infinity, text: '' };
  const parts: readonly unknown[] = sample;
  const text = typeof parts[1] === 'string' ? parts[1] : formatHistogram(parts[1]);
  return { atSeconds: Number(parts[0]), text };
}

/** How a bucket's bounds are written, by the API's number for which of them belong to it. */
const BRACKETS = ['(]', '[)', '()', '[]'];

/** A histogram as promtool writes it: `{count:3, sum:4, (0.5,1]:1, (1,2]:2}`. */
function formatHistogram(histogram: unknown): string {
  const { count, sum, buckets } = fieldsOf(histogram);
  const shown = entriesOf(buckets)
    .filter(Array.isArray)
    .map(([kind, lower, upper, inside]) => {
      const [open, close] = BRACKETS[Number(kind)] ?? '()';
      return `${open}${String(lower)},${String(upper)}${close}:${String(inside)}`;
    });
  return `{${[`count:${String(count)}`, `sum:${String(sum)}`, ...shown].join(', ')}}`;
}

function formatMetric(metric: unknown): string {
  const { __name__: name = '', ...labels } = fieldsOf(metric);
  const parts = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${String(name)}${parts.length > 0 || name === '' ? `{${parts.join(', ')}}` : ''}`;
}
