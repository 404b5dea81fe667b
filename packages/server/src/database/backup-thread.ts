/**
 * The thread that copies a SQLite database while it is in use.
 *
 * The copy is made in one step on a connection of its own: one read transaction, which in WAL mode
 * neither waits for the writer nor keeps it waiting, sees every commit before it and none after.
 * SQLite's way of copying in small steps begins anew after each foreign commit, and so may never end.
 * All of it, the check of the copy too, is work for the disk and the processor: hence the thread.
 */
import type { MessagePort } from 'node:worker_threads';
import { backup, DatabaseSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS } from './limits.ts';
import { findDamage, SqliteConnection } from './sqlite-connection.ts';
import { describeFault, type SqliteFault } from './sqlite-writer.ts';

/** From one file to another, which must not exist. */
export interface BackupTask {
  readonly from: string;
  readonly to: string;
}

/** What the thread says, once. */
export type BackupReply =
  | { readonly kind: 'copied'; readonly rowsByTable: Readonly<Record<string, number>> }
  | { readonly kind: 'damaged'; readonly damage: string }
  | { readonly kind: 'refused'; readonly fault: SqliteFault };

/** More pages than any database has: all in one step. */
const ALL_PAGES = 1_000_000_000;

/** Tells a task of this thread from those of others that share its entry. */
export function isBackupTask(task: unknown): task is BackupTask {
  return typeof task === 'object' && task !== null && 'from' in task && 'to' in task;
}

/** Copies, checks and counts; answers once. */
export async function runBackup(task: BackupTask, port: MessagePort): Promise<void> {
  const reply = (message: BackupReply): void => port.postMessage(message);
  try {
    await copy(task);
    reply(examine(task.to));
  } catch (error) {
    reply({ kind: 'refused', fault: describeFault(error) });
  }
  port.close();
}

async function copy({ from, to }: BackupTask): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

function examine(file: string): BackupReply {
  const connection = new SqliteConnection(new DatabaseSync(file));
  try {
    const damage = findDamage(connection);
    if (damage !== undefined) return { kind: 'damaged', damage };
    // One file: the log that the copy's mode would leave beside it is folded in.
    connection.run('PRAGMA journal_mode = DELETE', []);
    const rowsByTable: Record<string, number> = {};
    const { rows } = connection.run(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name",
      [],
    );
    for (const { name } of rows) {
      const table = String(name);
      const counted = connection.run(`SELECT count(*) AS rows FROM "${table}"`, []);
      rowsByTable[table] = Number(counted.rows[0].rows);
    }
    return { kind: 'copied', rowsByTable };
  } finally {
    connection.close();
  }
}
