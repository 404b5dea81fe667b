import type { Status } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const remoteCommand: Command = {
  name: 'remote',
  operands: '',
  summary: 'where samples are sent by remote write, and how far that has come',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    const { client } = connectServer(input, context);
    const { remoteQueues } = await client('getStatus', {});
    if (input.has('json')) context.stdout(`${JSON.stringify(remoteQueues)}\n`);
    else if (remoteQueues.length === 0) {
      context.stdout('samples are sent nowhere; name receivers under remote_write in nines.yaml\n');
    } else context.stdout(formatTable([COLUMNS, ...remoteQueues.map(formatRow)]));
    // What is refused or given up is lost to the receiver; being behind mends itself.
    const isLosing = remoteQueues.some(
      ({ failedTotal, droppedTotal }) => failedTotal + droppedTotal > 0,
    );
    return isLosing ? EXIT.failed : EXIT.ok;
  },
};

const COLUMNS = [
  'NAME',
  'BEHIND',
  'PER SECOND',
  'SENT',
  'REFUSED',
  'GIVEN UP',
  'URL',
  'LAST ERROR',
];

function formatRow(queue: Status['remoteQueues'][number]): readonly string[] {
  const { lastError, lastErrorAt } = queue;
  const error =
    lastError === null ? '-' : `${new Date(lastErrorAt ?? 0).toISOString()} ${lastError}`;
  return [
    queue.name,
    formatDuration(queue.behindMs),
    String(Math.round(queue.samplesPerSecond)),
    String(queue.sentTotal),
    String(queue.failedTotal),
    String(queue.droppedTotal),
    queue.url,
    error,
  ];
}
