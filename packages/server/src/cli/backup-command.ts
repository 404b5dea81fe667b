import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BACKUP_PATH } from '@nines/contract';
import type { BackupHead } from '../backup/index.ts';
import { createSystemClock, errorMessage, systemErrorCode } from '../platform/index.ts';
import {
  type CliContext,
  CLIENT_OPTIONS,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { CliError, connectServer } from './server-client.ts';

export const backupCommand: Command = {
  name: 'backup',
  operands: '[FILE]',
  summary: 'take a backup of the running server, and check it; with --verify, check one',
  options: {
    verify: { type: 'boolean', summary: 'check FILE, every checksum in it, and take none' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [file] = input.operands;
    if (input.operands.length > 1 || (file === undefined && input.has('verify'))) {
      context.stderr('nines backup: name one file\n');
      return EXIT.usage;
    }
    return input.has('verify') && file !== undefined
      ? verifyBackup(file, input, context)
      : takeBackup(input, context);
  },
};

async function verifyBackup(
  file: string,
  input: CommandInput,
  context: CliContext,
): Promise<ExitCode> {
  const taken = await describe(file, file);
  if (input.has('json')) context.stdout(`${JSON.stringify(taken)}\n`);
  else
    context.stdout(`${formatBackup(taken)}, taken ${formatTime(taken)}: every checksum is right\n`);
  return EXIT.ok;
}

async function takeBackup(input: CommandInput, context: CliContext): Promise<ExitCode> {
  const { backupFileName } = await import('../backup/index.ts');
  const clock = createSystemClock();
  const beganAtMs = clock.monotonicMs();
  const file = input.operands[0] ?? backupFileName(clock.now());
  assertFree(file);
  const partial = `${file}.partial`;
  let taken: TakenBackup;
  try {
    await receive(partial, input, context);
    taken = await describe(partial, file);
    assertFree(file);
    await rename(partial, file);
    await syncFolder(dirname(resolve(file)));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  const durationMs = Math.round(clock.monotonicMs() - beganAtMs);
  if (input.has('json')) context.stdout(`${JSON.stringify({ ...taken, durationMs })}\n`);
  else {
    const seconds = (durationMs / 1000).toFixed(1);
    context.stdout(`${formatBackup(taken)}; taken and checked in ${seconds} s\n`);
    context.stdout(formatNotIncluded(taken.head));
    context.stdout('who has this file has what it holds: keep it like the data folder\n');
  }
  return EXIT.ok;
}

function assertFree(file: string): void {
  if (!existsSync(file)) return;
  throw new CliError(EXIT.failed, `${file} exists already; name another file`);
}

/** Writes the archive as it comes; durable, once this returns. */
async function receive(partial: string, input: CommandInput, context: CliContext): Promise<void> {
  const server = connectServer(input, context);
  const never = new AbortController().signal;
  const archive = await server.download(BACKUP_PATH, never);
  try {
    await pipeline(archive, createWriteStream(partial, { mode: 0o600, flush: true }));
  } catch (error) {
    throw explainBreak(error, partial);
  }
}

function explainBreak(error: unknown, partial: string): CliError {
  const isDisk = error instanceof Error && 'path' in error;
  const why = systemErrorCode(error) ?? errorMessage(error);
  return isDisk
    ? new CliError(EXIT.failed, `cannot write ${partial}: ${why}`)
    : new CliError(EXIT.unreachable, `the server broke the backup off (${why}); its log says why`);
}

interface TakenBackup {
  readonly file: string;
  readonly sizeBytes: number;
  readonly seriesCount: number;
  readonly recordCount: number;
  readonly head: BackupHead;
}

/** Reads an archive to its end and compares every checksum; says what it holds. */
async function describe(path: string, file: string): Promise<TakenBackup> {
  const { countRecords, readArchive } = await import('../backup/index.ts');
  const { size } = await stat(path).catch((error: unknown) => {
    const why = systemErrorCode(error) ?? errorMessage(error);
    throw new CliError(EXIT.failed, `cannot read ${path}: ${why}`);
  });
  const head = await readArchive(createReadStream(path), {
    begin: async () => {},
    async take(_file, body) {
      const parts = body[Symbol.asyncIterator]();
      while ((await parts.next()).done !== true);
    },
  });
  const { seriesCount } = head;
  return { file, sizeBytes: size, seriesCount, recordCount: countRecords(head), head };
}

function formatBackup({ file, sizeBytes, seriesCount, recordCount, head }: TakenBackup): string {
  const size =
    sizeBytes < 1e6 ? `${Math.ceil(sizeBytes / 1e3)} kB` : `${(sizeBytes / 1e6).toFixed(1)} MB`;
  const records =
    head.records === 'sqlite' ? `${recordCount} records` : 'no records (PostgreSQL has them)';
  return `${file}: ${size}, ${seriesCount} series, ${records}`;
}

function formatTime({ head }: TakenBackup): string {
  return `${new Date(head.createdAt).toISOString()} by Nines ${head.version}`;
}

/** What has to be kept elsewhere, a line each. */
export function formatNotIncluded({ notIncluded }: BackupHead): string {
  if (notIncluded.length === 0) return '';
  return `not in it:\n${notIncluded.map((line) => `  ${line}\n`).join('')}`;
}

/** Windows cannot open a folder; its renames are durable by themselves. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}
