import type { ServiceSignals, SignalLine, SignalUnit } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const serviceCommand: Command = {
  name: 'service',
  operands: 'NAME',
  summary: 'show the golden signals of a service, and which versions of it run',
  options: {
    queries: { type: 'boolean', summary: 'the PromQL of each line too' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [name] = input.operands;
    if (name === undefined || input.operands.length > 1) {
      context.stderr('nines service: give the name of one service\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const answer = await client('getServiceSignals', { params: { name } });
    if (input.has('json')) context.stdout(`${JSON.stringify(answer)}\n`);
    else context.stdout(formatService(answer, input.has('queries')));
    return EXIT.ok;
  },
};

function formatService(answer: ServiceSignals, hasQueries: boolean): string {
  const { service, description, signals, versions, missing } = answer;
  const parts = [`${service}${description === null ? '' : `: ${description}`}\n`];
  if (signals.length > 0) {
    const rows = signals.flatMap(({ kind, title, unit, lines }) =>
      lines.map((line) => [
        kind,
        title,
        line.name,
        formatLine(line, unit),
        hasQueries ? line.expression : '',
      ]),
    );
    const head = ['SIGNAL', 'WHAT', 'LINE', 'NOW', hasQueries ? 'QUERY' : ''];
    parts.push(formatTable([head, ...rows]));
  }
  if (versions.length > 0) {
    const rows = versions.map((one) => [one.version, one.instances.join(', '), one.source]);
    parts.push(formatTable([['VERSION', 'INSTANCES', 'BY'], ...rows]));
  }
  if (missing.length > 0) {
    parts.push(missing.map(({ kind, advice }) => `no ${kind}: ${advice}\n`).join(''));
  }
  return parts.join('\n');
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function formatLine({ value }: SignalLine, unit: SignalUnit): string {
  if (value === null) return '-';
  switch (unit) {
    case 'seconds':
      return value < 1 ? `${formatNumber(value * 1000)} ms` : `${formatNumber(value)} s`;
    case 'per_second':
      return `${formatNumber(value)}/s`;
    case 'ratio':
      return `${formatNumber(value * 100)} %`;
    case 'bytes': {
      const step = value < 1 ? 0 : Math.floor(Math.log2(value) / 10);
      const index = Math.min(step, BYTES.length - 1);
      return `${formatNumber(value / 1024 ** index)} ${BYTES[index]}`;
    }
    case 'count':
      return formatNumber(value);
  }
}

/** Three digits that count, without an exponent. */
function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
