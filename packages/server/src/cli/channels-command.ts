import type { ChannelView } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const channelsCommand: Command = {
  name: 'channels',
  operands: '[test NAME]',
  words: ['test'],
  summary: 'the ways a page takes to people, and when each last worked; test NAME tries one',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    const [verb, channel = '', ...rest] = input.operands;
    const isTest = verb === 'test' && channel !== '' && rest.length === 0;
    if (verb !== undefined && !isTest) {
      context.stderr('usage: nines channels, nines channels test NAME\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const print = (value: unknown, text: string): void =>
      context.stdout(input.has('json') ? `${JSON.stringify(value)}\n` : text);
    if (isTest) {
      const test = await client('testChannel', { body: { channel } });
      const tookMs = Math.round(test.durationMs);
      print(test, `${channel}, ${formatDuration(tookMs)}: ${test.reason}\n`);
      return test.isDelivered ? EXIT.ok : EXIT.failed;
    }
    const list = await client('listChannels', {});
    print(list, formatTable([COLUMNS, ...list.channels.map(formatRow)]));
    return EXIT.ok;
  },
};

const COLUMNS = ['NAME', 'LAST WORKED', 'LEADS TO', 'LAST TEST'];

function formatRow({ name, address, provedAt, lastTest }: ChannelView): readonly string[] {
  const proved = provedAt === null ? 'never' : new Date(provedAt).toISOString();
  return [name, proved, address, lastTest?.reason ?? '-'];
}
