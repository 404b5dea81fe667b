/**
 * How commands on the same machine find and reach the running server without being told: the
 * server leaves its address and a token, good for this run only, in a file that only its own user
 * can read. Who can read the data folder owns the data, so this gives nothing away.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LocalServer {
  readonly url: string;
  readonly token: string;
  readonly processId: number;
  /** PEM, where the server speaks TLS: commands trust this one, whoever signed it. */
  readonly certificate?: string | undefined;
}

const FILE = 'server.json';

/** Leaves the word for commands; the file appears whole or not at all. */
export function writeLocalServer(dataDir: string, server: LocalServer): void {
  const file = join(dataDir, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Reads what the last server left; it may have stopped since. */
export function readLocalServer(dataDir: string): LocalServer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8'));
  } catch {
    // No file, or not ours to read: there is no server to find here.
    return undefined;
  }
  return isLocalServer(value) ? value : undefined;
}

function isLocalServer(value: unknown): value is LocalServer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'token' in value &&
    typeof value.token === 'string' &&
    'processId' in value &&
    typeof value.processId === 'number' &&
    (!('certificate' in value) || typeof value.certificate === 'string')
  );
}
