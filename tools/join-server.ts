/**
 * Joins the server's own modules into few files, in a cache that bin/nines.mjs uses as long as no
 * module has changed since (ADR 154).
 *
 * Runs at the end of `npm ci`. Without it everything works as well; a start takes longer.
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { ROOT } from './run-step.ts';

/** What the program and its threads begin with, from the root. */
const ENTRIES = {
  main: 'packages/server/src/main.ts',
  'query-worker': 'packages/server/src/app/query-worker.ts',
  'read-ahead-worker': 'packages/server/src/app/read-ahead-worker.ts',
};
const CACHE = join(ROOT, 'node_modules', '.cache', 'nines-server');

/** Modules that look for files beside themselves still find them. */
const keepUrls: Plugin = {
  name: 'keep-urls',
  transform(code, path) {
    if (!code.includes('import.meta.url')) return null;
    const kept = code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
    return { code: kept, map: null };
  },
};

function isLibrary(specifier: string): boolean {
  return /^[^./]/.test(specifier) && !specifier.startsWith('@nines/');
}

async function joinServer(): Promise<void> {
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const bundle = await rolldown({
    cwd: ROOT,
    input: ENTRIES,
    platform: 'node',
    external: (specifier) => isLibrary(specifier),
    // A thread loads what it uses: an index hands on more than that, and all that it imports.
    treeshake: { moduleSideEffects: false },
    plugins: [keepUrls],
    logLevel: 'silent',
  });
  const { output } = await bundle.write({
    dir: CACHE,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    // Stacks name the module and its line (platform/source-stack.ts).
    sourcemap: 'hidden',
    comments: false,
    // A single character beyond Latin-1 doubles what a file takes in memory (ADR 0133).
    charset: 'ascii',
  });
  await bundle.close();
  const chunks = output.filter((one) => one.type === 'chunk');
  // Last, because the cache is in force once this file is there.
  writeFileSync(join(CACHE, 'manifest'), createManifest(chunks));
}

/** What every module was like, then the files of the entries; a line each, paths from the root. */
function createManifest(chunks: readonly OutputChunk[]): string {
  const paths = new Set(chunks.flatMap((chunk) => chunk.moduleIds));
  const sources = [...paths]
    .filter((path) => path.startsWith(ROOT))
    .map((path) => {
      const { mtimeMs, size } = statSync(path);
      return `${mtimeMs} ${size} ${relative(ROOT, path).replaceAll(sep, '/')}`;
    });
  const entries = Object.entries(ENTRIES).map(([name, path]) => `${name}.mjs ${path}`);
  return `${sources.join('\n')}\n\n${entries.join('\n')}`;
}

await joinServer();
