/**
 * The configuration as files for a backup: what people wrote, for people to look at when they set a
 * server up again. Read from disk as it lies there, which may be newer than what is in force.
 */
import { glob, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { ConfigCopy } from '../backup/index.ts';
import { BOARD_FILES_MAX } from '../boards/index.ts';
import { errorMessage, readYaml, systemErrorCode, type YamlValue } from '../platform/index.ts';
import { listFiles } from './board-config.ts';
import { NOT_SHOWN, redactSecrets } from './redact.ts';

/** Keys whose patterns name files that belong to the configuration. */
const FILE_LISTS = new Set(['rule_files', 'slo_files', 'module_files']);
/** What a configuration that is accepted can name: rule files, SLO files and itself. */
const FILES_MAX = 2_001;

/** Reads the configuration, the files that it names, and those of folders: boards, saved rules. */
export async function copyConfig(
  file: string | undefined,
  folders: readonly string[],
): Promise<ConfigCopy> {
  const files = new Map<string, string>();
  const notIncluded = new Set<string>();
  const base = dirname(file ?? folders[0]);
  const take = async (path: string, change: (text: string) => string): Promise<string> => {
    try {
      const text = await readFile(path, 'utf8');
      files.set(placeOf(base, path), change(text));
      return text;
    } catch (error) {
      notIncluded.add(`${path}: cannot be read: ${systemErrorCode(error) ?? errorMessage(error)}`);
      return '';
    }
  };
  const takeFolders = async (): Promise<void> => {
    for (const folder of folders) {
      for (const name of listFiles(folder, undefined).slice(0, BOARD_FILES_MAX)) {
        await take(join(folder, name), (text) => text);
      }
    }
  };
  if (file === undefined) {
    await takeFolders();
    return { files, notIncluded: [...notIncluded, 'nines.yaml: the server runs without one'] };
  }
  const text = await take(file, redactSecrets);
  const shown = redactSecrets(text);
  if (shown === NOT_SHOWN) {
    notIncluded.add(`${file}: its YAML is broken, so its secrets cannot be told from the rest`);
  } else if (shown !== text) {
    notIncluded.add(`${file}: the secrets that are written in it, <hidden> in the copy`);
  }
  const named = findNamed(readYaml({ text, file }).root);
  for (const { key, path } of named.secrets) {
    notIncluded.add(`${resolve(base, path)}: a file that ${key} names; keep it with your secrets`);
  }
  for (const { pattern, key } of named.patterns) {
    // A data source of OpenSLO has what it is reached by; rules have links, which are wanted whole.
    const change = key === 'rule_files' ? (rules: string) => rules : redactSecrets;
    for (const path of await findFiles(pattern, base)) {
      if (files.size < FILES_MAX) await take(path, change);
      else notIncluded.add(`files that ${key} names: there are more than ${FILES_MAX}`);
    }
  }
  await takeFolders();
  return { files, notIncluded: [...notIncluded] };
}

interface Named {
  readonly patterns: readonly { readonly key: string; readonly pattern: string }[];
  readonly secrets: readonly { readonly key: string; readonly path: string }[];
}

/** What a configuration names, however deep. The reader bounds depth and size. */
function findNamed(root: YamlValue): Named {
  const patterns: { key: string; pattern: string }[] = [];
  const secrets: { key: string; path: string }[] = [];
  // Aliases may repeat aliases: each place once.
  const seen = new Set<string>();
  const visit = (value: YamlValue): void => {
    const place = `${value.span?.start}-${value.span?.end}`;
    if (seen.has(place)) return;
    seen.add(place);
    if (value.kind === 'list') for (const one of value.list()) visit(one);
    if (value.kind !== 'map') return;
    for (const entry of value.entries()) {
      const key = entry.key.string();
      const inner = entry.value;
      if (FILE_LISTS.has(key) && inner.kind === 'list') {
        patterns.push(...inner.list().map((one) => ({ key, pattern: one.string() })));
      } else if (key.endsWith('_file') && inner.kind === 'scalar') {
        secrets.push({ key: inner.path, path: inner.string() });
      } else visit(inner);
    }
  };
  visit(root);
  return { patterns, secrets };
}

async function findFiles(pattern: string, base: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [resolve(base, pattern)];
  const found: string[] = [];
  for await (const name of glob(pattern, { cwd: base })) found.push(resolve(base, name));
  return found.sort();
}

/** Below the configuration's folder as it lies there; from elsewhere, by its whole path. */
function placeOf(base: string, path: string): string {
  const inside = relative(base, path);
  const isInside = !inside.startsWith('..') && !isAbsolute(inside);
  const place = isInside ? inside : join('elsewhere', path);
  return place.replaceAll('\\', '/');
}
