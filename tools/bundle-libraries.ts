/**
 * Joins each library that every start loads into one file, in a cache that bin/nines.mjs uses when
 * it fits (ADR 0081). Only libraries: our own source runs as it is written.
 *
 * Runs at the end of `npm ci`. Without it everything works as well; a start takes longer.
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runCommand } from './run-step.ts';

/** pg is not among them: it is loaded only when records are on PostgreSQL. */
const LIBRARIES = [
  '@fastify/static',
  'fastify',
  'kysely',
  'prom-client',
  're2js',
  'typebox',
  'yaml',
];
const CACHE = join(ROOT, 'node_modules', '.cache', 'nines-libraries');
/** Written anew by npm whenever it changes what is installed. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');

/** A module that hands on every name of a library, so that the bundler keeps them all. */
async function createEntry(library: string): Promise<string> {
  const loaded: unknown = await import(library);
  if (typeof loaded !== 'object' || loaded === null) throw new Error(`${library} exports nothing`);
  const names = Object.keys(loaded).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  return `export { ${names.join(', ')} } from '${library}';\n`;
}

async function bundleLibraries(): Promise<number> {
  rmSync(CACHE, { recursive: true, force: true });
  const entryDir = join(CACHE, 'entries');
  mkdirSync(entryDir, { recursive: true });
  const files: Record<string, string> = {};
  for (const library of LIBRARIES) {
    const file = `${library.replaceAll(/\W+/g, '-').replace(/^-/, '')}.mjs`;
    writeFileSync(join(entryDir, file), await createEntry(library));
    files[library] = file;
  }
  const entries = Object.values(files).map((file) => join(entryDir, file));
  // A single character beyond Latin-1 doubles what a file takes in memory, and far more than that while
  // it is loaded (ADR 0133).
  const charset = '--charset=ascii';
  const options = [
    '--platform=node',
    '--format=esm',
    '--no-comments',
    '--log-level=silent',
    charset,
  ];
  const names = ['--entry-file-names=[name].mjs', '--chunk-file-names=shared-[hash].mjs'];
  const command = ['rolldown', ...entries, `--dir=${CACHE}`, ...options, ...names];
  const code = await runCommand(command, { isQuiet: true });
  if (code !== 0) return code;
  // Last, because the cache is in force once this file is there: when npm last installed, then one
  // library a line with its file.
  const lines = Object.entries(files).map((pair) => pair.join(' '));
  const manifest = [statSync(INSTALLED).mtimeMs, ...lines].join('\n');
  writeFileSync(join(CACHE, 'manifest'), manifest);
  return 0;
}

process.exitCode = await bundleLibraries();
