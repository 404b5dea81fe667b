import type { SloDetail, SloSummary } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const slosCommand: Command = {
  name: 'slos',
  operands: '[NAME]',
  summary: 'list objectives and what is left of their budgets; with a name, one and its alerts',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    const [name] = input.operands;
    if (input.operands.length > 1) {
      context.stderr('nines slos: give the name of one objective, or none\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    if (name !== undefined) {
      const detail = await client('getSlo', { params: { name } });
      context.stdout(input.has('json') ? `${JSON.stringify(detail)}\n` : formatDetail(detail));
      return EXIT.ok;
    }
    const list = await client('listSlos', { query: {} });
    if (input.has('json')) context.stdout(`${JSON.stringify(list)}\n`);
    else if (list.slos.length === 0) {
      context.stdout('there are no objectives; name their files under slo_files in nines.yaml\n');
    } else context.stdout(formatTable([COLUMNS, ...list.slos.map(formatRow)]));
    return EXIT.ok;
  },
};

const COLUMNS = ['NAME', 'STATE', 'OBJECTIVE', 'WINDOW', 'LEFT', 'BAD', 'TOTAL', 'BURN', 'SERVICE'];

function formatRow(slo: SloSummary): readonly string[] {
  return [
    slo.name,
    slo.state,
    formatRatio(slo.objective),
    formatDuration(slo.windowMs),
    formatRatio(slo.budgetLeftRatio),
    String(slo.badCount),
    String(slo.totalCount),
    slo.burnRate === null ? '-' : `${formatNumber(slo.burnRate)}x`,
    slo.service ?? '-',
  ];
}

function formatDetail({ slo, file, indicator, alerts, remarks }: SloDetail): string {
  const counted = slo.countedSinceMs === null ? 'never' : formatTime(slo.countedSinceMs);
  const facts = [
    ['file', file],
    [indicator.good === null ? 'bad' : 'good', indicator.good ?? indicator.bad ?? ''],
    ['total', indicator.total],
    ['counted since', counted],
    [
      'budget',
      `${formatNumber(slo.budgetCount)} of ${slo.totalCount} may fail, ${slo.badCount} did`,
    ],
    ['gone at', slo.exhaustedAt === null ? 'not in sight' : formatTime(slo.exhaustedAt)],
  ];
  const rows = alerts.map((alert) => [
    `${alert.output} ${formatRatio(alert.budgetRatio)}`,
    `${formatDuration(alert.longMs)}/${formatDuration(alert.shortMs)}`,
    `above ${formatRatio(alert.errorRatioThreshold)}`,
    `now ${formatRatio(alert.longRatio)}/${formatRatio(alert.shortRatio)}`,
    alert.isFiring ? 'FIRING' : '',
  ]);
  return [
    formatTable([COLUMNS, formatRow(slo)]),
    formatTable(facts),
    ...(rows.length === 0 ? [] : [formatTable(rows)]),
    ...remarks.map((remark) => `! ${remark}\n`),
  ].join('\n');
}

function formatRatio(ratio: number | null): string {
  return ratio === null ? '-' : `${formatNumber(ratio * 100, 5)}%`;
}

function formatNumber(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}

function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
