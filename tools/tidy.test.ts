/**
 * The house rules that no linter knows, as an ordinary test: who may import whom, what is banned,
 * how long a file may be, and that the reference is in step with the code.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SERVER = 'packages/server/src';

/** The layer table of ARCHITECTURE.md: imports go down, or left within a layer. */
const LAYERS: readonly (readonly string[])[] = [
  ['platform', 'database', 'series', 'template'],
  ['tsdb', 'promql', 'scrape', 'probe', 'rules', 'alertmanager', 'host', 'remote'],
  [
    'identity',
    'catalog',
    'signals',
    'notify',
    'alerts',
    'silences',
    'slo',
    'oncall',
    'incidents',
    'postmortems',
    'outages',
    'backup',
    'boards',
    'backtests',
    'explanations',
    'lint',
    'rule-files',
  ],
  ['http', 'cli'],
  ['app'],
];
/** Engines never import one another's implementation. */
const ENGINE_LAYER = 1;

const BANNED: readonly {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly except: RegExp;
}[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'a Clock',
    except: /\/platform\/(clock|browser)\.ts$/,
  },
  { pattern: /\bMath\.random\(/, instead: 'a Random', except: /\/platform\/browser\.ts$/ },
  {
    pattern: /\bprocess\.env\b/,
    instead: 'an argument',
    except: /\/cli\/|\/main\.ts$|\/bin\/|testing\.ts$|\/platform\/environment\.ts$/,
  },
  { pattern: /\bexport default\b/, instead: 'a named export', except: /vite\.config\.ts$/ },
  { pattern: /^export \* /m, instead: 'explicit names', except: /^$/ },
  { pattern: /\bsetInterval\(/, instead: 'the Scheduler', except: /packages\/web\// },
  { pattern: /@ts-ignore/, instead: 'a type that is right', except: /^$/ },
  { pattern: /\bTODO\b/, instead: 'an issue', except: /^$/ },
];
const LINES_MAX = 500;
const TEST_LINES_MAX = 800;
/** Each names its rule and says why. May only fall. */
const SUPPRESSIONS_MAX = 0;

interface Source {
  readonly path: string;
  readonly text: string;
}

function* walk(folder: string): IterableIterator<string> {
  if (!existsSync(join(ROOT, folder))) return;
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (['node_modules', 'dist', '.git', 'data', 'testdata'].includes(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

function readSources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => [...walk(folder)])
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

const ALL = readSources('packages', 'tools', 'test', 'bench', 'demo');
/** A thread loads its own copy of all that it imports, so it goes past the index (ADR 0051). */
const isWorkerEntry = (path: string): boolean => /\/app\/[\w-]+-worker\.ts$/.test(path);
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

function positionOf(
  folder: string,
): { readonly layer: number; readonly column: number } | undefined {
  const layer = LAYERS.findIndex((names) => names.includes(folder));
  return layer < 0 ? undefined : { layer, column: LAYERS[layer].indexOf(folder) };
}

/** Why one folder may not import another; undefined: it may. */
function importFault(from: string, to: string): string | undefined {
  const a = positionOf(from);
  const b = positionOf(to);
  if (a === undefined || b === undefined) return `${from} or ${to} is not in the layer table`;
  if (b.layer > a.layer) return `${from} may not import ${to}: it is a layer above`;
  if (b.layer < a.layer) return undefined;
  if (a.layer === ENGINE_LAYER)
    return `${from} may not import ${to}: engines do not know each other`;
  return b.column < a.column ? undefined : `${from} may not import ${to}: imports go left`;
}

function importFaults({ path, text }: Source): readonly string[] {
  const inside = path.slice(SERVER.length + 1);
  const [from] = inside.split('/');
  if (!inside.includes('/')) return [];
  const faults: string[] = [];
  for (const match of text.matchAll(/(?:from|import)\s*\(?'(\.\.?\/[^']+)'/g)) {
    const target = relative(join(ROOT, SERVER), join(ROOT, dirname(path), match[1]));
    const [to] = target.split('/');
    if (to === from || target.startsWith('..')) continue;
    const fault = importFault(from, to);
    if (fault !== undefined) faults.push(`${path}: ${fault}`);
    const isEntry =
      target === `${to}/index.ts` ||
      (isTest(path) && target === `${to}/testing.ts`) ||
      (isWorkerEntry(path) && target.endsWith('-thread.ts'));
    if (!isEntry) faults.push(`${path}: import ${to}/index.ts, not ${target}`);
  }
  return faults;
}

describe('the source tree is tidy', () => {
  it('is looked at', () => assert.ok(ALL.length > 50, `only ${ALL.length} files were found`));

  it('imports down or left, and through index.ts only', () => {
    const server = ALL.filter(({ path }) => path.startsWith(`${SERVER}/`));
    assert.deepEqual(server.flatMap(importFaults), []);
  });

  it('calls nothing that is banned', () => {
    const faults = ALL.filter(({ path }) => path.startsWith('packages/') && !isTest(path)).flatMap(
      ({ path, text }) =>
        BANNED.filter(({ pattern, except }) => pattern.test(text) && !except.test(path)).map(
          ({ pattern, instead }) => `${path}: ${pattern.source}: use ${instead}`,
        ),
    );
    assert.deepEqual(faults, []);
  });

  it('keeps files short', () => {
    const faults = ALL.map(({ path, text }) => ({
      path,
      lines: text.split('\n').length - 1,
      max: isTest(path) ? TEST_LINES_MAX : LINES_MAX,
    })).filter(({ lines, max }) => lines > max);
    assert.deepEqual(faults, []);
  });

  it('counts its suppressions', () => {
    const places = ALL.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:oxlint|eslint|biome)-(?:disable|ignore).*/g)].map(
        (m) => `${path}: ${m[0]}`,
      ),
    ).filter((place) => !place.startsWith('tools/tidy.test.ts'));
    assert.ok(places.length <= SUPPRESSIONS_MAX, places.join('\n'));
    assert.deepEqual(
      places.filter((place) => !/ -- \w/.test(place)),
      [],
      'a suppression says why',
    );
  });

  it('opens every module with what it is for', () => {
    const entries = ALL.filter(({ path }) => path.endsWith('/index.ts'));
    assert.deepEqual(
      entries.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path),
      [],
    );
  });

  it('keeps only stores and views on the database', () => {
    const slices = LAYERS[2];
    const faults = ALL.filter(({ path, text }) => {
      const [folder, file = ''] = path.slice(SERVER.length + 1).split('/');
      const isAllowed =
        /^(store|views|schema|queries)/.test(file) || isTest(path) || file.includes('testing');
      return (
        path.startsWith(SERVER) && slices.includes(folder) && !isAllowed && /'kysely'/.test(text)
      );
    });
    assert.deepEqual(
      faults.map(({ path }) => path),
      [],
    );
  });
});

describe('the reference is in step with the code', () => {
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  const production = ALL.filter(
    ({ path }) => path.startsWith('packages/') && !isTest(path) && !path.includes('testing'),
  );
  const missing = (page: string, words: Iterable<string>): readonly string[] => {
    const text = read(page);
    return [...new Set(words)].filter((word) => !text.includes(`\`${word}\``)).sort();
  };
  const collect = (pattern: RegExp): readonly string[] =>
    production.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1]));

  it('lists every error code', () => {
    const makers =
      'invalid|unauthenticated|forbidden|notFound|conflict|limitExceeded|unavailable|timedOut';
    const codes = [
      ...collect(new RegExp(`\\b(?:${makers})\\(\\s*'([A-Z0-9_]+)'`, 'g')),
      ...collect(/\bcode: '([A-Z0-9_]{6,})'/g),
    ];
    assert.ok(codes.length > 10);
    assert.deepEqual(missing('docs/reference/errors.md', codes), []);
  });

  it('lists every metric', () => {
    // A cookie, and annotations of rules.
    const others = new Set(['nines_session', 'nines_author', 'nines_probation']);
    const names = collect(/['"`](nines_[a-z0-9_]+)['"`]/g).filter((name) => !others.has(name));
    assert.ok(names.length > 10);
    assert.deepEqual(missing('docs/reference/metrics.md', names), []);
  });

  it('lists every route', () => {
    const { text } = production.find(({ path }) => path.endsWith('contract/src/paths.ts')) ?? {
      text: '',
    };
    const routes = [...text.matchAll(/method: '(\w+)', path: '([^']+)'/g)].map(
      (m) => `${m[1]} ${m[2]}`,
    );
    assert.ok(routes.length > 10);
    assert.deepEqual(missing('docs/reference/http-api.md', routes), []);
  });

  it('lists every configuration key', () => {
    const keys = production
      .filter(({ path }) => path.startsWith(SERVER))
      .flatMap(({ text }) => [
        ...text.matchAll(/(?:\.fields\(\s*|(?:FIELDS|_KEYS) = )\[([^\]]*)\]/g),
      ])
      .flatMap((match) => [...match[1].matchAll(/'([a-z_0-9]+)'/g)].map((m) => m[1]));
    assert.deepEqual(missing('docs/reference/config.md', keys), []);
  });

  it('lists every command and option of the command line', () => {
    const commands = production.filter(({ path }) => path.startsWith(`${SERVER}/cli/`));
    const cli = read('docs/reference/cli.md');
    const options = commands.flatMap(({ text }) =>
      [...text.matchAll(/'?([a-z.-]+)'?: \{\s*type: '(?:string|boolean)'/g)].map(
        (m) => `--${m[1]}`,
      ),
    );
    const names = commands.flatMap(({ text }) => [
      ...text.matchAll(/^ {2}name: '([a-z]+)',\n {2}operands/gm),
    ]);
    assert.ok(options.length > 10 && names.length > 7);
    const words = [...options, ...names.map((match) => `## nines ${match[1]}`)];
    assert.deepEqual(
      words.filter((word) => !new RegExp(`${word}\\b`).test(cli)),
      [],
    );
  });

  it('numbers decisions once, gives each a status, and lists them and the formats', () => {
    for (const folder of ['docs/adr', 'docs/formats']) {
      const index = read(`${folder}/README.md`);
      const pages = [...walk(folder)].filter((path) => !path.endsWith('README.md'));
      const unlisted = pages.filter((path) => !index.includes(`](${path.split('/').at(-1)})`));
      assert.deepEqual(unlisted, []);
    }
    const decisions = [...walk('docs/adr')].filter((path) => /\/\d{4}-/.test(path));
    const numbers = decisions.map((path) => path.slice('docs/adr/'.length, 'docs/adr/0000'.length));
    assert.deepEqual([...new Set(numbers)], numbers);
    const faulty = decisions.filter((path) => {
      const text = read(path);
      const number = Number(path.slice('docs/adr/'.length, 'docs/adr/0000'.length));
      return !text.startsWith(`# ${number}. `) || !/^Status: \w+/m.test(text);
    });
    assert.deepEqual(faulty, []);
  });

  it('has no dead relative link', () => {
    const pages = [
      ...walk('docs'),
      'README.md',
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'STYLE.md',
      'bench/README.md',
      'demo/README.md',
      'packages/traffic/README.md',
    ].filter((path) => path.endsWith('.md'));
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => match[1])
        .filter((link) => !existsSync(join(ROOT, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    assert.deepEqual(dead, []);
  });
});
