import type { QueryList } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

/** Of an expression, in a line. */
const EXPRESSION_MAX = 100;

export const queriesCommand: Command = {
  name: 'queries',
  operands: '[stop ID]',
  words: ['stop'],
  summary: 'list the queries that run, or with --slow the slow ones; stop one',
  options: {
    slow: { type: 'boolean', summary: 'those that were slow since the last start' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb, id, ...rest] = input.operands;
    const isStop = verb === 'stop' && id !== undefined && rest.length === 0;
    if (verb !== undefined && !isStop) {
      context.stderr('usage: nines queries [--slow], nines queries stop ID\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    if (isStop) {
      await client('stopQuery', { params: { id } });
      context.stdout(input.has('json') ? '{}\n' : `query ${id} is being stopped\n`);
      return EXIT.ok;
    }
    const list = await client('listQueries', {});
    if (input.has('json')) context.stdout(`${JSON.stringify(list)}\n`);
    else context.stdout(input.has('slow') ? formatSlow(list) : formatRunning(list));
    return EXIT.ok;
  },
};

function formatRunning({ running, now }: QueryList): string {
  if (running.length === 0) return 'no query runs\n';
  const head = ['ID', 'FOR', 'STATE', 'SAMPLES READ', 'ASKED BY', 'QUERY'];
  const rows = running.map((query) => [
    query.id,
    formatSeconds(now - query.startedAt),
    query.state,
    String(query.samplesRead),
    formatAsker(query.asker),
    shorten(query.expression),
  ]);
  return formatTable([head, ...rows]);
}

function formatSlow({ slow, slowMs }: QueryList): string {
  if (slow.length === 0) return `no query took ${formatDuration(slowMs)} or longer\n`;
  const head = ['BEGAN', 'TOOK', 'SAMPLES READ', 'ASKED BY', 'QUERY', ''];
  const rows = slow.map((query) => [
    new Date(query.startedAt).toISOString(),
    formatSeconds(query.elapsedMs),
    String(query.samplesRead),
    formatAsker(query.asker),
    shorten(query.expression),
    query.error === null ? '' : shorten(query.error),
  ]);
  return formatTable([head, ...rows]);
}

function formatSeconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}

function formatAsker(asker: string): string {
  return asker === '' ? '-' : asker;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= EXPRESSION_MAX ? line : `${line.slice(0, EXPRESSION_MAX).toWellFormed()}…`;
}
