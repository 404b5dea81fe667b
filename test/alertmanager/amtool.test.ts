/**
 * Our verdicts on alertmanager.yml, and the routes that an alert takes, beside those of amtool.
 * NINES_AMTOOL_FILES=100 NINES_AMTOOL_SEED=1 asks more random trees.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { VERDICT_CASES } from '../../packages/server/src/alertmanager/config/verdict-testing.ts';
import { askRoutes } from '../../packages/server/src/app/alertmanager/ask-routes.ts';
import {
  createSeededRandom,
  formatYaml,
  type Random,
} from '../../packages/server/src/platform/index.ts';
import { findPrograms } from '../harness/peers.ts';

/** The first that knows all of the fields. */
const amtool = findPrograms('amtool').find((path) => {
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return /version 0\.(3[3-9]|[4-9]\d)/.test(stdout + stderr);
});

const SEED = Number(process.env.NINES_AMTOOL_SEED ?? 20_261_123);
const FILES = Number(process.env.NINES_AMTOOL_FILES ?? 5);
const ASKED_PER_FILE = 3;
const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'nines-amtool-'));
after(() => rmSync(folder, { recursive: true }));

describe('amtool', {
  skip: amtool === undefined ? 'no amtool of Alertmanager 0.33 or later here' : false,
}, () => {
  it('has the verdicts that our cases say', () => {
    assert.ok(amtool);
    const files = VERDICT_CASES.map(({ text }, i) => {
      const file = join(folder, `${i}.yml`);
      writeFileSync(file, text);
      return file;
    });
    const { stdout } = spawnSync(amtool, ['check-config', ...files], { encoding: 'utf8' });
    const theirs = new Map(
      [...stdout.matchAll(/Checking '([^']+)' {2}(SUCCESS|FAILED: .*)/g)].map(
        ([, file, verdict]) => [file, verdict],
      ),
    );
    assert.equal(theirs.size, files.length);
    const differing = VERDICT_CASES.flatMap(({ name, refused }, i) => {
      const verdict = theirs.get(files[i]) ?? '';
      return (verdict === 'SUCCESS') === (refused === undefined) ? [] : [`${name}: ${verdict}`];
    });
    assert.deepEqual(differing, []);
  });

  it('sends alerts the way that ours does through random trees', async () => {
    assert.ok(amtool);
    const random = createSeededRandom(SEED);
    for (let i = 0; i < FILES; i++) {
      const file = join(folder, `tree-${i}.yml`);
      writeFileSync(file, randomConfig(random));
      const args = ['config', 'routes', `--config.file=${file}`];
      const asked = Array.from({ length: ASKED_PER_FILE }, () => randomLabels(random));
      const [shown, ...answers] = await runAll(amtool, [
        [...args, 'show'],
        ...asked.map((labels) => [...args, 'test', ...labels]),
      ]);
      const ours = askRoutes(file, []);
      assert.deepEqual(ours.faults, []);
      assert.deepEqual(
        ours.routes.map((one) => {
          const further = one.continue ? '  continue: true' : '';
          // Theirs calls every route without matchers so.
          const what = one.matchers === '{}' ? 'default-route' : one.matchers;
          return `${one.depth}: ${what}${further}  receiver: ${one.receiver}`;
        }),
        readTree(shown),
        `seed ${SEED}, file ${i}`,
      );
      for (const [j, labels] of asked.entries()) {
        const { receivers } = askRoutes(file, labels);
        const note = `seed ${SEED}, file ${i}, ${labels.join(' ')}`;
        assert.equal(receivers.join(','), answers[j].trim(), note);
      }
    }
  });
});

async function runAll(
  path: string,
  commands: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const answers = await Promise.all(commands.map(async (args) => run(path, [...args])));
  return answers.map(({ stdout }) => stdout);
}

/** The lines of amtool's drawing, each with its depth from 0. */
function readTree(drawing: string): readonly string[] {
  return [...drawing.matchAll(/^([│ \u00a0]*)[├└]── (.*)$/gm)].map(
    ([, before, text]) => `${Math.round(before.length / 4)}: ${text}`,
  );
}

const NAMES = ['team', 'severity', 'zone'];
const VALUES = ['a', 'b', 'ab', 'a.b', ''];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.float() * items.length)];
}

function randomLabels(random: Random): readonly string[] {
  const labels = NAMES.map((name) => `${name}="${pick(random, VALUES)}"`);
  return labels.filter(() => random.float() < 0.7).concat('x=y');
}

function randomConfig(random: Random): string {
  const receivers = ['r0', 'r1', 'r2', 'r3'];
  const route = (depth: number): unknown => {
    const matcher = (): string => {
      const operator = pick(random, ['=', '!=', '=~', '!~']);
      const value = pick(random, operator.includes('~') ? ['a|b', 'a.*', '.+', '(ab)?'] : VALUES);
      return `${pick(random, NAMES)}${operator}"${value}"`;
    };
    const isDeeper = depth < 4 && (depth === 0 || random.float() < 0.6);
    const children = isDeeper ? Array.from({ length: 3 }, () => route(depth + 1)) : undefined;
    if (depth === 0) return { receiver: 'r0', routes: children };
    return {
      ...(random.float() < 0.7 ? { receiver: pick(random, receivers) } : {}),
      ...(random.float() < 0.2 ? { match_re: { team: pick(random, ['a|b', 'a.b']) } } : {}),
      matchers: Array.from({ length: Math.floor(random.float() * 3) }, matcher),
      continue: random.float() < 0.4,
      routes: children,
    };
  };
  return formatYaml({ route: route(0), receivers: receivers.map((name) => ({ name })) });
}
