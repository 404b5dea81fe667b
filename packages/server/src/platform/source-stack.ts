/**
 * The stack of an error with our modules and their lines, also where the server runs joined into few
 * files (ADR 154): whoever reads a log looks for the line in the source.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A place in a joined file (bin/joined.mjs names the folder): its URL, line and column from 1. */
const JOINED_PLACE = /file:\/\/[^\s()]*\/\.cache\/nines-server\/[\w.-]+\.mjs:\d+:\d+/g;

/** Read when the first error is told of; as many as there are joined files. */
const maps = new Map<string, SourceMap | undefined>();

/** What to log of a program error: its message, and where it was thrown. */
export function sourceStack(error: Error): string {
  const stack = error.stack ?? error.message;
  return stack.replaceAll(JOINED_PLACE, (place) => findSource(place) ?? place);
}

function findSource(place: string): string | undefined {
  const [, url, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
  const path = fileURLToPath(url);
  if (!maps.has(path)) maps.set(path, readMap(path));
  const entry = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const source = resolve(dirname(path), entry.originalSource);
  return `${pathToFileURL(source).href}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function readMap(path: string): SourceMap | undefined {
  try {
    const payload: unknown = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    return isPayload(payload) ? new SourceMap(payload) : undefined;
  } catch {
    // The place in the joined file is better than none.
    return undefined;
  }
}

function isPayload(value: unknown): value is SourceMapPayload {
  return typeof value === 'object' && value !== null && 'mappings' in value && 'sources' in value;
}
