/** What the doctor can see from this machine: program, configuration, data folder, lock, port. */
import { accessSync, constants, readFileSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { errorMessage, systemErrorCode } from '../platform/index.ts';
import type { Inspection } from './command.ts';
import { type Finding, fine, formatBytes, notice, wrong } from './doctor-finding.ts';
import type { LocalServer } from './local-server.ts';

const NODE_MAJOR_MIN = 26;
/** Below, the server stops to scrape; below the second, its board warns. */
const FREE_STOP_BYTES = 64 * 1024 * 1024;
const FREE_LOW_BYTES = 256 * 1024 * 1024;
/** Targets, pages, chunk files and webhooks each want some. */
const FILES_MIN = 1024;
const FAULTS_SHOWN_MAX = 3;

/** Everything that needs no server. */
export async function examineMachine(options: {
  readonly dataDir: string;
  readonly listen: string;
  readonly inspection: Inspection;
  /** What the last server on the folder left. */
  readonly local: LocalServer | undefined;
}): Promise<readonly Finding[]> {
  const { dataDir, listen, inspection, local } = options;
  const dir = resolve(dataDir);
  return [
    examineConfig(inspection),
    ...examineFolder(dir),
    examineLock(dir, inspection, local),
    examineRecords(inspection),
    examineFileLimit(inspection.isLocked ? local?.processId : undefined),
    await examinePort({ listen, isRunning: inspection.isLocked, local }),
  ];
}

/** The runtime that this very command runs on, and with it the server that it would start. */
export function examineNode(version: string): Finding {
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= NODE_MAJOR_MIN) return fine('node', version);
  const advice = 'use the one in node_modules/.bin: npm ci';
  return wrong('node', `${version} is too old; want ${NODE_MAJOR_MIN} or later: ${advice}`);
}

function examineConfig({ configFile, faults }: Inspection): Finding {
  const about = 'configuration';
  if (configFile === undefined) {
    return fine(about, 'there is no nines.yaml here; without one Nines watches itself');
  }
  if (faults.length === 0) return fine(about, `${configFile} has no faults`);
  const shown = faults.slice(0, FAULTS_SHOWN_MAX).join('; ');
  const rest =
    faults.length > FAULTS_SHOWN_MAX ? ` and ${faults.length - FAULTS_SHOWN_MAX} more` : '';
  return wrong(about, `${shown}${rest}; correct it, then nines check ${configFile}`);
}

function examineFolder(dir: string): readonly Finding[] {
  const about = 'data folder';
  try {
    const { uid } = statSync(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    // Names and access are not enough: a file, and a file system that is read-only, have both.
    const own = process.getuid?.() ?? uid;
    const found =
      uid === own
        ? fine(about, dir)
        : notice(about, `${dir} belongs to user ${uid}, and you are ${own}; run as its owner`);
    return [
      statSync(dir).isDirectory() ? found : wrong(about, `${dir} is no folder`),
      examineDisk(dir),
    ];
  } catch (error) {
    const why = systemErrorCode(error) ?? errorMessage(error);
    if (why !== 'ENOENT') {
      return [
        wrong(about, `cannot use ${dir} (${why}); run as its owner, or name another with --data`),
      ];
    }
    const text = `there is no ${dir} yet; the first start makes it (nines serve --data ${dir})`;
    return [notice(about, text), ...examineParentDisk(dir)];
  }
}

function examineParentDisk(dir: string): readonly Finding[] {
  try {
    return [examineDisk(dirname(dir))];
  } catch {
    // Neither is there anything above it: the first start says so, and makes both.
    return [];
  }
}

function examineDisk(dir: string): Finding {
  const { bavail, bsize } = statfsSync(dir);
  const freeBytes = bavail * bsize;
  const text = `${formatBytes(freeBytes)} free on the disk of ${dir}`;
  const advice = 'make room, or shorten storage.tsdb.retention.time and restart';
  if (freeBytes < FREE_STOP_BYTES) return wrong('disk', `${text}: scraping stops; ${advice}`);
  return freeBytes < FREE_LOW_BYTES ? notice('disk', `${text}; ${advice}`) : fine('disk', text);
}

function examineLock(
  dir: string,
  { isLocked }: Inspection,
  local: LocalServer | undefined,
): Finding {
  if (!isLocked) return fine('lock', `nobody holds ${dir}`);
  const who = local === undefined ? 'a process' : `process ${local.processId}`;
  return fine('lock', `${who} holds ${dir}`);
}

function examineRecords({ records, recordsFault }: Inspection): Finding {
  if (records === 'none') return fine('records', 'there are none yet');
  const where = records === 'postgres' ? 'PostgreSQL' : 'SQLite';
  if (recordsFault === undefined) return fine('records', `${where} can be read`);
  const advice =
    records === 'postgres'
      ? 'is it running, and is records.url right'
      : 'docs/guide/backup.md tells how to restore';
  return wrong('records', `${recordsFault}; ${advice}`);
}

/** Of the server where it runs here, else of this process: a server started now would have the same. */
function examineFileLimit(processId: number | undefined): Finding {
  const about = 'open files';
  let text: string;
  try {
    text = readFileSync(`/proc/${processId ?? 'self'}/limits`, 'utf8');
  } catch {
    // No such file on this system, or another user's process.
    return fine(about, 'the limit cannot be seen here');
  }
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1] ?? 'unlimited';
  if (limit === 'unlimited' || Number(limit) >= FILES_MIN) return fine(about, `up to ${limit}`);
  return notice(about, `only ${limit} are allowed; raise it to ${FILES_MIN} or more (ulimit -n)`);
}

async function examinePort(options: {
  readonly listen: string;
  readonly isRunning: boolean;
  readonly local: LocalServer | undefined;
}): Promise<Finding> {
  const { listen, isRunning, local } = options;
  if (isRunning && local !== undefined) return fine('port', `${new URL(local.url).host} is ours`);
  const at = listen.lastIndexOf(':');
  const [host, port] = [listen.slice(0, at).replace(/^\[|\]$/g, ''), Number(listen.slice(at + 1))];
  const why = await tryListening(host === '' ? '0.0.0.0' : host, port);
  if (why === undefined) return fine('port', `${listen} is free`);
  return wrong('port', `cannot listen on ${listen} (${why}); choose another with --listen`);
}

/** Why nobody could listen there; undefined: one could. */
async function tryListening(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve: answer } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', (error) => answer(systemErrorCode(error) ?? errorMessage(error)));
  try {
    server.listen(port, host, () => server.close(() => answer(undefined)));
  } catch (error) {
    answer(errorMessage(error));
  }
  return promise;
}
