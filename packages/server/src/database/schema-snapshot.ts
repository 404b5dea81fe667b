/** What the migrations add up to, as text for people; `schema.sql` holds it, and a test the two together. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLog, createSystemClock } from '../platform/index.ts';
import { openDatabase } from './database.ts';
import { openSqliteReader } from './sqlite-connection.ts';

/** The checked-in text. `node tools/write-schema.ts` writes it anew after a migration was added. */
export const SCHEMA_FILE = new URL('./schema.sql', import.meta.url);

const HEAD = `-- What the migrations add up to, on SQLite. Written by tools/write-schema.ts; not to be edited.
-- PostgreSQL has the same with bigint for integer and text collate "C" for text.
`;

/** Runs all migrations on an empty file and describes the outcome. */
export async function describeSchema(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nines-schema-'));
  try {
    const file = join(folder, 'nines.db');
    const database = await openDatabase({
      at: { file },
      writerEntry: new URL('../app/database-worker.ts', import.meta.url),
      clock: createSystemClock(),
      log: createSilentLog(),
    });
    await database.close();
    return (
      HEAD +
      readStatements(file)
        .map((sql) => `\n${layOut(sql)};\n`)
        .join('')
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readStatements(file: string): readonly string[] {
  const reader = openSqliteReader(file);
  const { rows } = reader.run(
    'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name',
    [],
  );
  reader.close();
  return rows.map(({ sql }) => String(sql));
}

/** One column to a line, so that a review shows which one has changed. */
function layOut(sql: string): string {
  if (!sql.startsWith('CREATE TABLE') && !sql.startsWith('create table')) return sql;
  return sql
    .replace(' (', ' (\n  ')
    .replaceAll(/, (?="\w+" \w|constraint |primary key |foreign key )/g, ',\n  ')
    .replace(/\) strict$/i, '\n) strict');
}
