/**
 * The reports on other programs' files, held to those files and to what these programs say of them.
 *
 * Each file goes through the command line. A report must have a line for each field, must not call
 * anything unread, and its exit code must be the program's own verdict, but for what is sound and
 * cannot run here, which it says.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { runCli } from '../../packages/server/src/cli/index.ts';
import { errorMessage } from '../../packages/server/src/platform/index.ts';
import { items, members, valueAt } from '../harness/json.ts';
import { findUnclassified } from './classified-lines.ts';
import { findListedCase } from './listed-cases.ts';

interface Suite {
  /** The word after `nines check`. */
  readonly kind: string;
  readonly folders: readonly string[];
  /** What the program itself says of a file; undefined: it is no case. */
  verdictOf(file: string): 'accept' | 'refuse' | undefined;
  /** Options of the command. */
  optionsOf?(file: string): readonly string[];
  /** A refusal by us of what the program takes. */
  readonly ours: RegExp;
}

/** The data has the files of a configuration, and not all those that they name. */
const ABSENT = /cannot read the file: E(?:NOENT|ISDIR)/;

const SUITES: readonly Suite[] = [
  {
    kind: 'config',
    folders: ['prometheus-config'],
    verdictOf: readListed,
    ours: ABSENT,
  },
  {
    kind: 'rules',
    folders: ['rulefmt', 'promtool', 'rules'],
    verdictOf: (file) => (isUnitTest(file) ? undefined : readListed(file)),
    optionsOf: (file) => [
      '--prometheus',
      basename(file).startsWith('legacy_validation_') ? '2.55' : '3.5',
    ],
    ours: /^$/,
  },
  {
    kind: 'alertmanager',
    folders: ['alertmanager'],
    verdictOf: readListed,
    ours: /is not sent yet|is not supported yet/,
  },
  {
    kind: 'probes',
    folders: ['blackbox'],
    verdictOf: (file) => {
      if (!file.endsWith('.yml')) return undefined;
      return /^invalid-|-bad\d*\.yml$/.test(basename(file)) ? 'refuse' : 'accept';
    },
    ours: /not supported|goes with a proxy/,
  },
];

function readListed(file: string): 'accept' | 'refuse' | undefined {
  const verdict = findListedCase(file)?.verdict;
  if (verdict === undefined) return undefined;
  return verdict === 'accept' || verdict === 'pass' ? 'accept' : 'refuse';
}

function isUnitTest(file: string): boolean {
  if (findListedCase(file)?.kind === 'rule unit test') return true;
  return /^(?:tests|rule_files):/m.test(readFileSync(file, 'utf8'));
}

export interface ImportFigures {
  files: number;
  supported: number;
  ignored: number;
  refused: number;
  /** Of files that the program takes, those that have something that cannot run here. */
  refusedByUsAlone: number;
}

export interface ImportAudit {
  readonly figures: Readonly<Record<string, ImportFigures>>;
  readonly misses: readonly string[];
}

/** Runs the command over all files of a folder of conformance data. */
export async function auditImports(data: string): Promise<ImportAudit> {
  const figures: Record<string, ImportFigures> = {};
  const misses: string[] = [];
  for (const suite of SUITES) {
    const sums = { files: 0, supported: 0, ignored: 0, refused: 0, refusedByUsAlone: 0 };
    for (const file of suite.folders.flatMap((folder) => listFiles(join(data, folder)))) {
      const verdict = suite.verdictOf(file);
      if (verdict === undefined) continue;
      const found = await auditFile(suite, { file, verdict, sums });
      misses.push(...found.map((miss) => `${relative(data, file)}: ${miss}`));
    }
    figures[suite.kind] = sums;
  }
  return { figures, misses };
}

function listFiles(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function auditFile(
  suite: Suite,
  of: {
    readonly file: string;
    readonly verdict: 'accept' | 'refuse';
    readonly sums: ImportFigures;
  },
): Promise<readonly string[]> {
  const { file, verdict, sums } = of;
  const { code, lines, crash } = await runReport(suite, file);
  if (crash !== undefined) return [`the command failed: ${crash}`];
  sums.files++;
  for (const line of lines) sums[line.verdict]++;
  const refusals = lines.filter((line) => line.verdict === 'refused');
  const misses = lines
    .filter((line) => line.verdict !== 'supported' && line.message === '')
    .map(({ path }) => `${path} is not supported, and nobody says why`);
  if ((code === 1) !== refusals.length > 0) misses.push(`exit code ${code}`);
  const own = lines.filter((line) => line.file === file);
  // What cannot be parsed is one line for each mistake, without a field.
  const hasFields = own.some(({ path }) => path !== '');
  const unclassified = hasFields ? findUnclassified(readFileSync(file, 'utf8'), own) : [];
  misses.push(...unclassified.map((place) => `nothing is said of ${place}`));
  const theirs = refusals.filter(({ message }) => !suite.ours.test(message));
  if (verdict === 'accept' && theirs.length > 0) misses.push(`refused: ${theirs[0].message}`);
  if (verdict === 'accept' && refusals.length > theirs.length) sums.refusedByUsAlone++;
  // Of two files the mistake stands in one that they name, and that the data lacks.
  const counted = suite.ours === ABSENT ? refusals : theirs;
  if (verdict === 'refuse' && counted.length === 0) misses.push('not refused');
  return misses;
}

interface Line {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly verdict: 'supported' | 'ignored' | 'refused';
  readonly message: string;
}

interface Run {
  readonly code: number;
  readonly lines: readonly Line[];
  /** What is no report at all. */
  readonly crash: string | undefined;
}

async function runReport(suite: Suite, file: string): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const argv = ['check', suite.kind, file, '--json', ...(suite.optionsOf?.(file) ?? [])];
  try {
    const code = await runCli(argv, {
      env: {},
      stdout: (text) => void (stdout += text),
      stderr: (text) => void (stderr += text),
      stdin: () => process.stdin,
      loadApp: async () => import('../../packages/server/src/app/index.ts'),
      loadAlertmanager: async () => Promise.reject(new Error('not used here')),
      loadServer: async () => Promise.reject(new Error('not used here')),
    });
    if (stderr !== '') return { code, lines: [], crash: stderr };
    return { code, lines: readLines(JSON.parse(stdout)), crash: undefined };
  } catch (error) {
    return { code: -1, lines: [], crash: errorMessage(error) };
  }
}

function readLines(answer: unknown): readonly Line[] {
  return items(valueAt(answer, 'lines')).map((line) => {
    if (isLine(line)) return line;
    throw new Error(`not a line of a report: ${JSON.stringify(line)}`);
  });
}

function isLine(line: unknown): line is Line {
  const { file, line: number, column, path, verdict, message } = members(line);
  return (
    [file, path, message].every((text) => typeof text === 'string') &&
    [number, column].every((count) => typeof count === 'number') &&
    (verdict === 'supported' || verdict === 'ignored' || verdict === 'refused')
  );
}
