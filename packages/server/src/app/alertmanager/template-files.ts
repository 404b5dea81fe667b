/** Finds the files that the patterns of `templates:` mean, as Go's filepath.Glob does. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import { invalid, systemErrorCode } from '../../platform/index.ts';

/** A pattern that means more is a mistake: templates are read into memory. */
const FILES_MAX = 1_000;

export interface FoundFile {
  readonly path: string;
  /** Its name without its folder, which errors call it by. */
  readonly name: string;
  readonly text: string;
}

/** Reads the files of a pattern, in the order of their names; none where nothing matches. */
export function readTemplateFiles(pattern: string): readonly FoundFile[] {
  const paths = expandPattern(pattern);
  if (paths.length > FILES_MAX) {
    throw invalid('CONFIG_REFUSED', `templates "${pattern}" are more than ${FILES_MAX} files`);
  }
  return paths.map((path) => {
    try {
      return { path, name: basename(path), text: readFileSync(path, 'utf8') };
    } catch (error) {
      const code = systemErrorCode(error) ?? 'unknown error';
      throw invalid('CONFIG_REFUSED', `cannot read templates ${path}: ${code}`, { cause: error });
    }
  });
}

const SPECIAL = /[*?[\\]/;

function expandPattern(pattern: string): readonly string[] {
  const { root } = parse(pattern);
  if (pattern === root || pattern === '' || pattern === '.') return [pattern];
  const last = basename(pattern);
  const folders = SPECIAL.test(dirname(pattern))
    ? expandPattern(dirname(pattern))
    : [dirname(pattern)];
  const wanted = compilePattern(last);
  return folders.flatMap((folder) =>
    listNames(folder)
      .filter((name) => wanted.test(name))
      .map((name) => join(folder, name)),
  );
}

/** A folder that is none has nothing in it, as for Go. */
function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** A pattern of one name. Invariant: every `[` has its `]`; the configuration's reader saw to it. */
function compilePattern(pattern: string): RegExp {
  const parts = pattern.matchAll(/\[(\^?)((?:\\.|[^\\\]])+)\]|\\(.)|(\*)|(\?)|([^])/gs);
  const source = [...parts].map(([, not, members, escaped, star, one, char]) => {
    if (members !== undefined) return `[${not}${members.replaceAll(/[[&~]/g, '\\$&')}]`;
    if (star !== undefined) return '[^/]*';
    if (one !== undefined) return '[^/]';
    return RegExp.escape(escaped ?? char);
  });
  return new RegExp(`^${source.join('')}$`, 's');
}
