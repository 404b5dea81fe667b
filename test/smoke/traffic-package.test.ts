/**
 * The promise: what is packed of packages/traffic installs without a registry and without
 * dependencies, runs on plain Node, and its documented examples compile against it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { buildTraffic } from '../../tools/build-traffic.ts';
import { projectEnv, ROOT } from '../../tools/run-step.ts';
import { items, valueAt } from '../harness/json.ts';
import { createScratchFolder } from '../harness/server.ts';

const SOURCE = join(ROOT, 'packages', 'traffic');
const USE = `
import { createAdaptiveThrottle, createRequestContext, readCriticality } from '@nines/traffic';
const throttle = createAdaptiveThrottle({ nowMs: () => 0, random: () => 0.5 });
for (let at = 0; at < 10; at++) throttle.record('CRITICAL', false);
const context = createRequestContext();
const headers = context.run(readCriticality('SHEDDABLE'), () => context.headers());
console.log(JSON.stringify([throttle.admits('CRITICAL'), throttle.counts('CRITICAL'), headers]));
`;

/** Runs a program of the project to its end; answers what it printed. */
function run(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, [...args], { cwd, env: projectEnv(), encoding: 'utf8' });
}

/** The examples of the documentation, in the order of their files. */
function listExamples(): readonly string[] {
  const sources = readdirSync(join(SOURCE, 'src'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(SOURCE, 'src', name), 'utf8'));
  const inComments = sources.flatMap((text) =>
    [...text.matchAll(/^ \* ```ts\n(.*?)^ \* ```$/gms)].map(([, example]) =>
      example.replaceAll(/^ \* ?/gm, ''),
    ),
  );
  const readme = readFileSync(join(SOURCE, 'README.md'), 'utf8');
  const inReadme = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]);
  return [...inComments, ...inReadme];
}

describe('the packed traffic library', () => {
  const folder = createScratchFolder();
  const packed: string[] = [];

  before(async () => {
    const built = join(folder, 'built');
    await buildTraffic(built);
    const told: unknown = JSON.parse(run('npm', ['pack', '--json', built], folder));
    const [report] = items(told);
    packed.push(...items(valueAt(report, 'files')).map((file) => String(valueAt(file, 'path'))));
    const tarball = join(folder, String(valueAt(report, 'filename')));
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], folder);
  });

  it('has JavaScript and declarations, and neither TypeScript nor tests', () => {
    const code = packed.filter((path) => !['LICENSE', 'README.md', 'package.json'].includes(path));
    assert.ok(code.includes('index.js') && code.includes('index.d.ts'));
    assert.deepEqual(
      code.filter((path) => !/^[a-z-]+\.(js|d\.ts)$/.test(path)),
      [],
    );
  });

  it('brings nothing with it', () => {
    assert.deepEqual(readdirSync(join(folder, 'node_modules', '@nines')), ['traffic']);
    const names = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(names, ['@nines']);
  });

  it('runs on plain Node', () => {
    writeFileSync(join(folder, 'use.js'), USE);
    const told: unknown = JSON.parse(run(process.execPath, ['use.js'], folder));
    assert.deepEqual(told, [
      false,
      { requests: 11, accepts: 0, rejectProbability: 11 / 12 },
      { 'x-criticality': 'SHEDDABLE' },
    ]);
  });

  it('has examples that compile against it', () => {
    const examples = listExamples();
    assert.ok(examples.length >= 6, `only ${examples.length} examples were found`);
    const dir = join(folder, 'examples');
    mkdirSync(dir);
    examples.forEach((text, at) => writeFileSync(join(dir, `example-${at}.ts`), text));
    const config = {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules', '@types')],
      },
      include: ['examples', 'node_modules/@nines/traffic/*.d.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    run('tsc', ['-p', '.'], folder);
  });
});
