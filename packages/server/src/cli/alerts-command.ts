import type { AlertSummary } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { formatTable } from './table.ts';
import { connectServer } from './server-client.ts';

export const alertsCommand: Command = {
  name: 'alerts',
  operands: '[ID]',
  summary: 'list what is pending or firing; with an id, one alert and its history',
  options: {
    all: { type: 'boolean', summary: 'resolved ones too' },
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
    const query = input.has('all') ? { limit: 200 } : ({ state: 'active', limit: 500 } as const);
    const list = await client('listAlerts', { query });
    if (input.has('json')) context.stdout(`${JSON.stringify(list)}\n`);
    else if (list.alerts.length === 0) context.stdout('nothing is pending or firing\n');
    else
      context.stdout(formatTable([COLUMNS, ...list.alerts.map((one) => formatRow(one, list.now))]));
    return EXIT.ok;
  },
};

const COLUMNS = ['ID', 'OUTPUT', 'STATE', 'FOR', 'SERVICE', 'SUMMARY', ''];

function formatRow(alert: AlertSummary, now: number): readonly string[] {
  const untilMs = alert.resolvedAt ?? now;
  const who = alert.acknowledgedBy === null ? '' : `taken by ${alert.acknowledgedBy}`;
  return [
    alert.id,
    alert.output,
    alert.state,
    formatDuration(Math.floor((untilMs - alert.activeAt) / 1000) * 1000),
    alert.service ?? '-',
    alert.summary,
    who,
  ];
}

function formatAlert(alert: AlertSummary): string {
  return `${alert.id}  ${alert.output}  ${alert.state}\n${alert.summary}\n${alert.pageStatus}\n\n`;
}

function formatEntry(entry: { readonly at: number; readonly reason: string }): string {
  return `${new Date(entry.at).toISOString()}  ${entry.reason}\n`;
}
