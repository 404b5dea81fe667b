/** Looks whether records can be read, without touching them: for a report on a machine's health. */
import { existsSync } from 'node:fs';
import { type Clock, createSilentLog, unavailable } from '../platform/index.ts';
import { findDamage, openSqliteReader } from './sqlite-connection.ts';
import { createSqliteError } from './sqlite-error.ts';
import { describeFault } from './sqlite-writer.ts';

/** Throws what is wrong; answers when the records are there and can be read. */
export async function probeDatabase(
  at: { readonly file: string } | { readonly url: string },
  clock: Clock,
): Promise<void> {
  if ('file' in at) {
    probeFile(at.file);
    return;
  }
  const { openPostgresEngine } = await import('./postgres-engine.ts');
  const engine = await openPostgresEngine({ url: at.url, clock, log: createSilentLog() });
  await engine.close();
}

function probeFile(file: string): void {
  if (!existsSync(file)) throw unavailable('DATABASE_UNAVAILABLE', `there is no ${file} yet`);
  try {
    const reader = openSqliteReader(file);
    try {
      const damage = findDamage(reader);
      if (damage === undefined) return;
      const message = `database "${file}" is damaged: ${damage}; restore it from a backup`;
      throw unavailable('DATABASE_DAMAGED', message);
    } finally {
      reader.close();
    }
  } catch (error) {
    const fault = describeFault(error);
    throw fault.resultCode === 0 ? error : createSqliteError(fault, `cannot read "${file}"`);
  }
}
