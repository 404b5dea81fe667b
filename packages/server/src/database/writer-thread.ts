/**
 * The thread that writes to SQLite, so that a slow disk never holds up scraping or paging.
 *
 * Its entry file is in `app`. It imports this file rather than the module's index, because the
 * index brings the query builder, and each thread loads its own copy of what it imports.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Batch, BatchOutcome } from './batch-outcome.ts';
import { findDamage, openSqliteWriter, type SqliteConnection } from './sqlite-connection.ts';
import { describeFault, executeGroup, type SqliteFault } from './sqlite-writer.ts';

/** What the thread is asked; it answers in the same order. */
export type WriterRequest =
  | { readonly kind: 'write'; readonly batches: readonly Batch[] }
  | { readonly kind: 'close' };

/** What the thread says. */
export type WriterReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly fault: SqliteFault }
  | { readonly kind: 'damaged'; readonly damage: string }
  | { readonly kind: 'written'; readonly outcomes: readonly BatchOutcome<SqliteFault>[] };

/** Opens the file, says whether it could, and writes until it is told to close. */
export function runWriter(file: string, port: MessagePort): void {
  const reply = (message: WriterReply): void => port.postMessage(message);
  const connection = open(file, reply);
  if (connection === undefined) {
    port.close();
    return;
  }
  port.on('message', (request: WriterRequest) => {
    switch (request.kind) {
      case 'write':
        reply({ kind: 'written', outcomes: executeGroup(connection, request.batches) });
        break;
      case 'close':
        connection.close();
        port.close();
        break;
    }
  });
  reply({ kind: 'ready' });
}

function open(file: string, reply: (message: WriterReply) => void): SqliteConnection | undefined {
  try {
    const connection = openSqliteWriter(file);
    const damage = findDamage(connection);
    if (damage === undefined) return connection;
    connection.close();
    reply({ kind: 'damaged', damage });
  } catch (error) {
    reply({ kind: 'refused', fault: describeFault(error) });
  }
  return undefined;
}
