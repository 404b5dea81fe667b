import type { ServiceSignals } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatSignalValue } from './signal-value.ts';
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
        formatSignalValue(line.value, unit),
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
