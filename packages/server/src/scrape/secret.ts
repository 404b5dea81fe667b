/** Secrets as they are now: files are read at each use, so that rotation needs no reload. */
import { readFile, stat } from 'node:fs/promises';
import { type Secret, unavailable } from '../platform/index.ts';
import { SECRET_FILE_BYTES_MAX } from './limits.ts';

/** The text of a secret, without white space around what stands in a file. */
export async function readSecret(secret: Secret): Promise<string> {
  if (secret.kind === 'text') return secret.text;
  try {
    const { size } = await stat(secret.path);
    if (size > SECRET_FILE_BYTES_MAX) throw new Error(`larger than ${SECRET_FILE_BYTES_MAX} bytes`);
    return (await readFile(secret.path, 'utf8')).trim();
  } catch (error) {
    const message = `cannot read the secret in "${secret.path}"`;
    throw unavailable('SCRAPE_SECRET_UNREADABLE', message, { cause: error });
  }
}
