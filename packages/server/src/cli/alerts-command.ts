import type { AlertQuery, AlertSummary } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, type CommandInput, EXIT, JSON_OPTION } from './command.ts';
import { formatTable } from './table.ts';
import { connectServer } from './server-client.ts';

export const alertsCommand: Command = {
  name: 'alerts',
  operands: '[ID]',
  summary: 'list what is pending or firing; with an id, one alert and its history',
  options: {
    all: { type: 'boolean', summary: 'resolved ones too' },
    tag: {
      type: 'string',
      value: 'TAG',
      summary: 'only those with this tag, or one below it; resolved ones too',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [id] = input.operands;
    if (input.operands.length > 1) {
      context.stderr('nines alerts: give one alert id, or none\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    if (id !== undefined) {
      const detail = await client('getAlert', { params: { id } });
      if (input.has('json')) context.stdout(`${JSON.stringify(detail)}\n`);
      else context.stdout(formatAlert(detail.alert) + detail.history.map(formatEntry).join(''));
      return EXIT.ok;
    }
    const list = await client('listAlerts', { query: readQuery(input) });
    if (input.has('json')) context.stdout(`${JSON.stringify(list)}\n`);
    else if (list.alerts.length === 0) context.stdout(`${describeNone(input)}\n`);
    else
      context.stdout(formatTable([COLUMNS, ...list.alerts.map((one) => formatRow(one, list.now))]));
    return EXIT.ok;
  },
};

/** Work on what is open; look back over what was tagged. */
function readQuery(input: CommandInput): AlertQuery {
  const tag = input.text('tag');
  if (tag !== undefined) return { tag, limit: 200 };
  return input.has('all') ? { limit: 200 } : { state: 'active', limit: 500 };
}

function describeNone(input: CommandInput): string {
  const tag = input.text('tag');
  if (tag !== undefined) return `no alert is tagged "${tag}"`;
  return input.has('all') ? 'there are no alerts' : 'nothing is pending or firing';
}

const COLUMNS = ['ID', 'OUTPUT', 'STATE', 'FOR', 'SERVICE', 'SUMMARY', ''];

function formatRow(alert: AlertSummary, now: number): readonly string[] {
  const untilMs = alert.resolvedAt ?? now;
  const who = alert.acknowledgedBy === null ? [] : [`taken by ${alert.acknowledgedBy}`];
  return [
    alert.id,
    alert.output,
    alert.state,
    formatDuration(Math.floor((untilMs - alert.activeAt) / 1000) * 1000),
    alert.service ?? '-',
    alert.summary,
    [...describeOrigin(alert), ...who, ...describeQuiet(alert), ...alert.tags].join(', '),
  ];
}

/** What must not be taken for something that a rule found here. */
function describeOrigin({ origin }: AlertSummary): readonly string[] {
  return origin === 'sample' || origin === 'test' ? [origin] : [];
}

/** Why not everybody is paged. */
function describeQuiet({ silence, probation }: AlertSummary): readonly string[] {
  return [
    ...(silence === null ? [] : [`silenced by ${silence.by}`]),
    ...(probation === null ? [] : [`on probation of ${probation}`]),
  ];
}

function formatAlert(alert: AlertSummary): string {
  const tags = alert.tags.length === 0 ? '' : `tagged ${alert.tags.join(', ')}\n`;
  return `${[alert.id, alert.output, alert.state, ...describeOrigin(alert)].join('  ')}\n${alert.summary}\n${alert.pageStatus}\n${tags}\n`;
}

function formatEntry(entry: { readonly at: number; readonly reason: string }): string {
  return `${new Date(entry.at).toISOString()}  ${entry.reason}\n`;
}
