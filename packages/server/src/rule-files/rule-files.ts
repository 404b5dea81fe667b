/**
 * How rules get into files, and how a probation ends. The file is the truth: what is written there
 * is what a reload puts into force, and where that is refused the file is put back as it was.
 */
import { join } from 'node:path';
import type {
  EndProbationRequest,
  RuleChange,
  RuleDraft,
  RuleFileList,
  SaveRuleRequest,
  UndoRuleRequest,
} from '@nines/contract';
import {
  type AppError,
  conflict,
  createVersionedFiles,
  errorMessage,
  formatFault,
  hashText,
  invalid,
  notFound,
  unavailable,
  type VersionedFiles,
} from '../platform/index.ts';
import { findProbation, readRuleFile, type RuleFormat } from '../rules/index.ts';
import { NAME_CHARS_MAX, UNDO_MAX } from './limits.ts';
import type { RuleFile, RuleFilesInForce } from './model.ts';
import { type Author, endProbation, formatRule, formatRuleFile, insertRule } from './rule-text.ts';

export interface RuleFilesOptions {
  readonly inForce: () => RuleFilesInForce;
  readonly readText: (file: string) => string;
  readonly format: () => RuleFormat;
  /** Reads the configuration anew; throws `CONFIG_REFUSED`. */
  readonly reload: () => Promise<void>;
}

export interface RuleFiles {
  list(): RuleFileList;
  /** The lines that a file takes; throws `RULE_INVALID`. */
  format(draft: RuleDraft, author: Author): { readonly yaml: string };
  /**
   * Writes a rule and puts it into force. Throws `RULE_INVALID`, `RULE_EXISTS`, `RULE_FILE_CHANGED`,
   * `RULE_FILE_EXISTS`, `RULE_FILE_UNWRITABLE` or `RULE_NOT_IN_FORCE`; then nothing has changed.
   */
  save(request: SaveRuleRequest, author: Author): Promise<RuleChange>;
  /** Ends a probation; throws as `save` does, and `RULE_NOT_ON_PROBATION`. */
  endProbation(request: EndProbationRequest): Promise<RuleChange>;
  /** Puts a file back as it was before the change that made this version; throws `RULE_UNDO_GONE`. */
  undo(request: UndoRuleRequest): Promise<void>;
}

/** Builds it. */
export function createRuleFiles(options: RuleFilesOptions): RuleFiles {
  const { inForce, readText } = options;
  const disk = createRuleDisk();
  const changes = createChanges(disk, options.reload);
  /** The text in force, if it is what lies on disk and what the page has seen. */
  const readInForce = ({ file, hash }: RuleFile, seen: string | null): string => {
    if (seen !== null && seen !== hash) throw changed(file);
    const text = readText(file);
    if (hashText(text) !== hash) throw changed(file);
    return text;
  };

  return {
    list: () => listFiles(inForce(), disk),
    format(draft, author) {
      checkLabels(draft);
      check(formatRuleFile('x', draft, author), { ...options.format(), file: 'rule.yaml' });
      return { yaml: formatRule(draft, author) };
    },
    async save({ rule: draft, file: named, hash: seen, group }, author) {
      const { folder, files } = inForce();
      checkLabels(draft);
      checkName(draft.name, files);
      const known = files.find(({ file }) => file === named);
      if (named !== null && known === undefined) {
        throw notFound('RULE_FILE_NOT_FOUND', `${named} is no rule file in force; choose another`);
      }
      const before = known && readInForce(known, seen);
      const file = known?.file ?? join(folder, `${fileNameOf(group)}.yaml`);
      const text =
        before === undefined
          ? formatRuleFile(group, draft, author)
          : insertRule(before, group, { draft, author });
      check(text, { ...options.format(), file });
      return { rule: draft.name, group, file, hash: await changes.make({ file, before }, text) };
    },
    async endProbation(request) {
      const { known, group } = findOnProbation(inForce().files, request);
      const { file } = known;
      const before = readInForce(known, null);
      const text = endProbation(before, { group, rule: request.rule });
      if (text === undefined) throw notOnProbation(request);
      return { rule: request.rule, group, file, hash: await changes.make({ file, before }, text) };
    },
    undo: async (request) => changes.undo(request),
  };
}

/** What a file was before a change; undefined: it was not there. */
interface Version {
  readonly file: string;
  readonly before: string | undefined;
}

interface Changes {
  /** Writes a text and has it put into force; where that is refused the file is as it was. */
  make(version: Version, text: string): Promise<string>;
  undo(request: UndoRuleRequest): Promise<void>;
}

/** Makes changes, and remembers the newest by the hash of what came of them. */
function createChanges(disk: VersionedFiles, reload: () => Promise<void>): Changes {
  const versions = new Map<string, Version>();
  const putBack = ({ file, before }: Version, hash: string): void => {
    if (before === undefined) disk.remove(file, hash);
    else disk.replace(file, { hash, text: before });
  };
  return {
    async make(version, text) {
      const { file, before } = version;
      const hash = hashText(text);
      if (before === undefined) disk.create(file, text);
      else disk.replace(file, { hash: hashText(before), text });
      try {
        await reload();
      } catch (error) {
        putBack(version, hash);
        const message = `${file} was left as it was, because the configuration with the change is refused: ${errorMessage(error)}`;
        throw conflict('RULE_NOT_IN_FORCE', message, { cause: error });
      }
      versions.set(hash, version);
      const [oldest] = versions.keys();
      if (versions.size > UNDO_MAX && oldest !== undefined) versions.delete(oldest);
      return hash;
    },
    async undo({ file, hash }) {
      const version = versions.get(hash);
      if (version?.file !== file) {
        const message = `nothing is known of how ${file} was before; change it by hand`;
        throw notFound('RULE_UNDO_GONE', message);
      }
      putBack(version, hash);
      versions.delete(hash);
      await reload();
    },
  };
}

function listFiles({ folder, files }: RuleFilesInForce, disk: VersionedFiles): RuleFileList {
  return {
    folder,
    readOnlyReason: disk.findReadOnlyReason(folder) ?? null,
    files: files.map(({ file, hash, groups }) => ({
      file,
      hash,
      groups: groups.map(({ name }) => name),
      readOnlyReason: disk.findReadOnlyReason(join(file, '..')) ?? null,
    })),
  };
}

/** What would be refused at the next reload is not written. */
function check(text: string, format: RuleFormat & { readonly file: string }): void {
  const { faults } = readRuleFile({ ...format, text });
  if (faults.length === 0) return;
  throw invalid('RULE_INVALID', `the rule is refused: ${faults.map(formatFault).join('; ')}`);
}

/** Two outputs would be none that anybody can trust. */
function checkLabels({ labels }: RuleDraft): void {
  if (!Object.hasOwn(labels, 'severity')) return;
  throw invalid('RULE_INVALID', 'the label severity is made of the output; leave it out of labels');
}

/** Backtests, explanations and silences are asked for by name. */
function checkName(name: string, files: readonly RuleFile[]): void {
  for (const { file, groups } of files) {
    const found = groups.some(({ rules }) =>
      rules.some((rule) => rule.kind === 'alert' && rule.name === name),
    );
    if (!found) continue;
    const message = `there is a rule "${name}" in ${file} already; choose another name, or edit that file`;
    throw conflict('RULE_EXISTS', message);
  }
}

function fileNameOf(group: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(group) && group.length <= NAME_CHARS_MAX) return group;
  const rule = 'letters, digits, ".", "_" and "-", beginning with a letter or digit';
  const message = `a file cannot be called as the group "${group}": at most ${NAME_CHARS_MAX} ${rule}`;
  throw invalid('RULE_INVALID', message);
}

function findOnProbation(
  files: readonly RuleFile[],
  request: EndProbationRequest,
): { readonly known: RuleFile; readonly group: string } {
  for (const known of files) {
    for (const { name: group, rules } of known.groups) {
      if (request.group !== undefined && request.group !== group) continue;
      const found = rules.some(
        (rule) =>
          rule.kind === 'alert' &&
          rule.name === request.rule &&
          findProbation(Object.fromEntries(rule.annotations)) !== undefined,
      );
      if (found) return { known, group };
    }
  }
  throw notOnProbation(request);
}

function notOnProbation({ rule }: EndProbationRequest): AppError {
  const message = `no rule "${rule}" of a file is on probation; nines rules lists those that are`;
  return notFound('RULE_NOT_ON_PROBATION', message);
}

function createRuleDisk(): VersionedFiles {
  return createVersionedFiles({
    exists(file) {
      const message = `there is a file ${file} already; reload the configuration and choose it, or choose another name`;
      return conflict('RULE_FILE_EXISTS', message);
    },
    changed,
    unwritable(file, why, cause) {
      const message = `cannot write ${file}: ${why}; make its folder writable for Nines, or copy the YAML into the file by hand`;
      return unavailable('RULE_FILE_UNWRITABLE', message, { cause });
    },
  });
}

function changed(file: string): AppError {
  const message = `${file} was changed since this page read it; nothing was written: reload the configuration and try again`;
  return conflict('RULE_FILE_CHANGED', message);
}
