/** `nines tsdb unused`: metrics that are scraped and that nothing reads. */
import { formatDropRule, type UnusedMetrics } from '@nines/contract';
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

/** Asks the server, which knows what was asked of it. */
export async function showUnused(input: CommandInput, context: CliContext): Promise<ExitCode> {
  const text = input.text('days');
  const days = Number(text);
  if (text !== undefined && (!Number.isInteger(days) || days < 1)) {
    context.stderr('nines tsdb unused: --days is a whole number, 1 at least\n');
    return EXIT.usage;
  }
  const { client } = connectServer(input, context);
  const query = text === undefined ? {} : { days };
  const unused = await client('getUnusedMetrics', { query });
  context.stdout(input.has('json') ? `${JSON.stringify(unused)}\n` : formatUnused(unused));
  return EXIT.ok;
}

function formatUnused(unused: UnusedMetrics): string {
  const { metrics, metricCount, recordedSince, days } = unused;
  const since =
    recordedSince === null
      ? 'no query is on record yet'
      : `queries are on record since ${new Date(recordedSince).toISOString()}`;
  const asked = `rule, objective, board, or query of the last ${days} days (${since})`;
  if (metrics.length === 0) return `every metric is in a ${asked}\n`;
  const share = (100 * unused.unusedSeriesCount) / Math.max(1, unused.seriesCount);
  const head =
    `${metricCount} metrics with ${unused.unusedSeriesCount} series` +
    ` (${share.toFixed(1)} %) are in no ${asked}\n\n`;
  const rows = metrics.map(({ name, seriesCount, jobs }) => [
    String(seriesCount),
    name,
    jobs.join(', '),
  ]);
  const more = metricCount > metrics.length ? `… and ${metricCount - metrics.length} more\n` : '';
  const table = formatTable([['SERIES', 'METRIC', 'JOB'], ...rows]);
  return `${head}${table}${more}\n${formatRules(metrics)}`;
}

/** What to write into each job. */
function formatRules(metrics: UnusedMetrics['metrics']): string {
  const jobs = new Set(metrics.flatMap((metric) => metric.jobs));
  const rules = [...jobs].map((job) => {
    const names = metrics.filter((one) => one.jobs.includes(job)).map(({ name }) => name);
    return `# in the job "${job}" of scrape_configs:\n${formatDropRule(names)}`;
  });
  return rules.join('\n');
}
