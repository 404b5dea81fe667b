/**
 * Builds what is published of packages/traffic: `node tools/build-traffic.ts [FOLDER]`, then
 * `npm publish FOLDER` (default packages/traffic/dist).
 *
 * Within this repository everybody uses its TypeScript as it is. Node refuses TypeScript under
 * node_modules, so what is installed elsewhere is JavaScript with declarations, and a package.json
 * of its own that points there (ADR 16).
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectEnv, ROOT, runCommand } from './run-step.ts';

const SOURCE = join(ROOT, 'packages', 'traffic');

/** Builds into a folder, which is emptied first; throws where the types have faults. */
export async function buildTraffic(outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  const project = join(SOURCE, 'tsconfig.build.json');
  const code = await runCommand(['tsc', '-p', project, '--outDir', outDir], { env: projectEnv() });
  if (code !== 0) throw new Error(`tsc ended with ${code}`);
  writeFileSync(join(outDir, 'package.json'), describePackage());
  copyFileSync(join(SOURCE, 'README.md'), join(outDir, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(outDir, 'LICENSE'));
}

/** The workspace's own, without what keeps it from being published by mistake. */
function describePackage(): string {
  const own: unknown = JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8'));
  if (typeof own !== 'object' || own === null) throw new Error('package.json is no object');
  const published = {
    ...own,
    private: undefined,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    sideEffects: false,
  };
  return `${JSON.stringify(published, undefined, 2)}\n`;
}

if (import.meta.main) {
  await buildTraffic(resolve(process.argv[2] ?? join(SOURCE, 'dist')));
}
