import { createReadStream, existsSync } from 'node:fs';
import type { Restored } from '../backup/index.ts';
import { formatNotIncluded } from './backup-command.ts';
import { type Command, DATA_OPTION, EXIT, JSON_OPTION } from './command.ts';
import { CliError } from './server-client.ts';

export const restoreCommand: Command = {
  name: 'restore',
  operands: 'FILE',
  summary: 'make a new data folder from a backup; no server is needed',
  options: { ...DATA_OPTION, ...JSON_OPTION },
  async run(input, context) {
    const [file] = input.operands;
    if (input.operands.length !== 1 || file === undefined) {
      context.stderr('nines restore: name one backup\n');
      return EXIT.usage;
    }
    if (!existsSync(file)) throw new CliError(EXIT.failed, `there is no ${file}`);
    const { countRecords, restoreArchive } = await import('../backup/index.ts');
    const restored = await restoreArchive(createReadStream(file), input.text('data') ?? 'data');
    const recordCount = countRecords(restored.head);
    if (input.has('json')) context.stdout(`${JSON.stringify({ ...restored, recordCount })}\n`);
    else context.stdout(formatRestored(restored, recordCount));
    return EXIT.ok;
  },
};

function formatRestored({ head, dataDir, configDir }: Restored, recordCount: number): string {
  const isSqlite = head.records === 'sqlite';
  const records = isSqlite ? `${recordCount} records` : 'no records';
  const when = new Date(head.createdAt).toISOString();
  const lines = [
    `${dataDir} has ${records} and ${head.seriesCount} series of ${when}, by Nines ${head.version}`,
  ];
  if (!isSqlite) lines.push('restore the records with pg_restore before the server starts');
  if (configDir !== undefined) {
    lines.push(`the configuration of then is in ${configDir}; it is not in force, look it through`);
  }
  const next = [
    `next: nines serve --data ${dataDir} --config FILE`,
    'it scrapes and pages at once; samples older than storage.tsdb.retention.time go at its start',
  ];
  return `${lines.join('\n')}\n${formatNotIncluded(head)}${next.join('\n')}\n`;
}
