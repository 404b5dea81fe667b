/** `nines tsdb top`: of what there is most among the series that are active. */
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { entriesOf, fieldsOf, readAnswerData } from './prometheus-answer.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

const LIMIT = 10;

/** Asks the server, which counts by its index. */
export async function showTop(input: CommandInput, context: CliContext): Promise<ExitCode> {
  const limit = Number(input.text('limit') ?? LIMIT);
  if (!Number.isInteger(limit) || limit < 1) {
    context.stderr('nines tsdb top: --limit is a whole number, 1 at least\n');
    return EXIT.usage;
  }
  const server = connectServer(input, context);
  const data = readAnswerData(await server.get(`/api/v1/status/tsdb?limit=${limit}`));
  if (input.has('json')) {
    context.stdout(`${JSON.stringify(data)}\n`);
    return EXIT.ok;
  }
  const { numSeries, numLabelPairs } = fieldsOf(data.headStats);
  const seriesCount = Number(numSeries);
  context.stdout(`${seriesCount} series, ${String(numLabelPairs)} pairs of labels\n`);
  for (const { title, head, key, isShared } of TABLES) {
    const rows = entriesOf(data[key]).map((entry) => {
      const { name, value } = fieldsOf(entry);
      const count = Number(value);
      const share = `${((100 * count) / Math.max(1, seriesCount)).toFixed(1)} %`;
      return [String(count), ...(isShared ? [share] : []), String(name)];
    });
    if (rows.length > 0) context.stdout(`\n${title}\n${formatTable([head, ...rows])}`);
  }
  return EXIT.ok;
}

const TABLES = [
  {
    title: 'metrics with the most series',
    key: 'seriesCountByMetricName',
    head: ['SERIES', 'SHARE', 'METRIC'],
    isShared: true,
  },
  {
    title: 'labels with the most values',
    key: 'labelValueCountByLabelName',
    head: ['VALUES', 'LABEL'],
    isShared: false,
  },
  {
    title: 'pairs of labels with the most series',
    key: 'seriesCountByLabelValuePair',
    head: ['SERIES', 'SHARE', 'PAIR'],
    isShared: true,
  },
] as const;
