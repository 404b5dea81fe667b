/** The rule files that a configuration names, and those of the folder that the page writes to. */
import { dirname, join, resolve } from 'node:path';
import { type Fault, hashText, type YamlFields, type YamlValue } from '../platform/index.ts';
import type { RuleFilesInForce } from '../rule-files/index.ts';
import { readRuleFile, type RuleFormat } from '../rules/index.ts';
import { listFiles } from './board-config.ts';
import { DEFAULT_FILE, type NamedFile, type ReadNamedFiles, readText } from './named-files.ts';
import { checkPatterns } from './prometheus-parts.ts';

/** As many as a directory of one file per team would hold. */
const RULE_FILES_MAX = 1000;
/** Not `rules`: such a folder may hold files that somebody has left out on purpose. */
const DEFAULT_FOLDER = 'saved-rules';

/** Reads `rule_files` and the files of `rules.folder`, each once; faults are noted. */
export function readRuleConfig(
  fields: YamlFields,
  options: RuleFormat & {
    readonly file: string | undefined;
    readonly readNamed: ReadNamedFiles;
    readonly notes: { readonly faults: Fault[]; readonly documents: YamlValue[] };
  },
): RuleFilesInForce {
  const patterns = fields.find('rule_files');
  checkPatterns(patterns);
  const named = options.readNamed(patterns, { owner: options.file, filesMax: RULE_FILES_MAX });
  const saved = readFolder(fields, options);
  const own = saved.files.filter(({ file }) => !named.some((one) => one.file === file));
  const files = [...named, ...own].map(({ file, text }) => {
    if (text === undefined) return { file, hash: '', groups: [] };
    const { groups, faults, root } = readRuleFile({ ...options, text, file });
    options.notes.documents.push(root);
    options.notes.faults.push(...faults);
    return { file, hash: hashText(text), groups };
  });
  return { folder: saved.folder, files };
}

/** The folder of a configuration that names one, or none. */
function findRuleFolder(file: string | undefined, named: string | undefined): string {
  return resolve(dirname(file ?? resolve(DEFAULT_FILE)), named ?? DEFAULT_FOLDER);
}

function readFolder(
  fields: YamlFields,
  options: { readonly file: string | undefined; readonly notes: { readonly faults: Fault[] } },
): { readonly folder: string; readonly files: readonly NamedFile[] } {
  const named = fields.find('rules')?.fields(['folder']).find('folder');
  const folder = findRuleFolder(options.file, named?.string());
  const names = listFiles(folder, named);
  const note = (file: string, message: string) =>
    options.notes.faults.push({ file, line: 1, column: 1, message });
  if (names.length > RULE_FILES_MAX) {
    note(folder, `${folder} has ${names.length} files; at most ${RULE_FILES_MAX} are read`);
  }
  const files = names.slice(0, RULE_FILES_MAX).map((name): NamedFile => {
    const file = join(folder, name);
    const text = readText(file);
    if (typeof text === 'string') return { file, text };
    note(file, `cannot read the rules: ${text.fault}`);
    return { file, text: undefined };
  });
  return { folder, files };
}
