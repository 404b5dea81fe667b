/** The files that a configuration names, one by one or by a pattern. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  errorMessage,
  type Fault,
  type Remark,
  systemErrorCode,
  type YamlValue,
} from '../platform/index.ts';

/** What a configuration is called where nobody named one. */
export const DEFAULT_FILE = 'nines.yaml';

/** The text of a file, or why there is none. */
export function readText(file: string): string | { readonly fault: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return {
      fault: `${file}:1:1: cannot read the file: ${systemErrorCode(error) ?? errorMessage(error)}`,
    };
  }
}

/** What was noted while a configuration and its files were read; each reader adds to it. */
export interface ConfigNotes {
  readonly faults: Fault[];
  readonly remarks: Remark[];
  /** The files that it names, of those that a report goes through field by field. */
  readonly documents: YamlValue[];
}

/** A file that the configuration names. */
export interface NamedFile {
  readonly file: string;
  /** Undefined: it cannot be read, and has a fault. */
  readonly text: string | undefined;
}

/** Reads the files that a list of names and patterns means. */
export type ReadNamedFiles = (
  value: YamlValue | undefined,
  options: {
    /** The file that names them, whose folder their names start from. */
    readonly owner: string | undefined;
    readonly filesMax: number;
  },
) => readonly NamedFile[];

/** From the disk: a plain name must be there; what cannot be read is a fault at its name. */
export const readNamedFiles: ReadNamedFiles = (value, { owner, filesMax }) => {
  const base = dirname(owner ?? resolve(DEFAULT_FILE));
  const found = new Map<string, YamlValue>();
  for (const pattern of value?.list() ?? []) {
    for (const name of findFiles(pattern, base)) found.set(name, pattern);
  }
  if (found.size > filesMax) {
    value?.fault(`${value.path} names ${found.size} files; at most ${filesMax} are read`);
  }
  return [...found].slice(0, filesMax).map(([file, pattern]) => {
    const text = readText(file);
    if (typeof text === 'string') return { file, text };
    pattern.fault(text.fault);
    return { file, text: undefined };
  });
};

/** A plain name must exist; a pattern may match nothing, as in Prometheus. */
function findFiles(pattern: YamlValue, base: string): readonly string[] {
  const text = pattern.string();
  if (!/[*?[]/.test(text)) return [resolve(base, text)];
  return globSync(text, { cwd: base })
    .map((name) => resolve(base, name))
    .sort();
}
