import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { formatTable } from './table.ts';
import { connectServer, CliError } from './server-client.ts';

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
  const { status, error, message, data } = fieldsOf(answer);
  if (status !== 'success') {
    const why = [error, message].find((text) => typeof text === 'string');
    throw new CliError(EXIT.failed, why ?? 'the answer is not one of Prometheus’ API');
  }
  const { resultType, result } = fieldsOf(data);
  return { type: String(resultType), rows: Array.isArray(result) ? result : [], value: result };
}

function formatResult({ type, rows, value }: Result): string {
  if (type === 'scalar' || type === 'string')
    return `${Array.isArray(value) ? String(value[1]) : ''}\n`;
  if (rows.length === 0) return 'no series match\n';
  const lines = rows.map((row) => {
    const { metric, value: sample, values } = fieldsOf(row);
    const last: unknown = Array.isArray(values) ? values.at(-1) : sample;
    return [formatMetric(metric), Array.isArray(last) ? String(last[1]) : ''];
  });
  return formatTable(lines);
}

function formatMetric(metric: unknown): string {
  const { __name__: name = '', ...labels } = fieldsOf(metric);
  const parts = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${String(name)}${parts.length > 0 || name === '' ? `{${parts.join(', ')}}` : ''}`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
