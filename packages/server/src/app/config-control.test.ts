import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Registry } from 'prom-client';
import { createCatalog } from '../catalog/index.ts';
import {
  createLog,
  createManualClock,
  createSeededRandom,
  unavailable,
} from '../platform/index.ts';
import { loadConfig } from './config.ts';
import { type ConfigControlOptions, createConfigControl } from './config-control.ts';
import { checkExpression } from './expression-check.ts';
import { createNotices } from './notices.ts';

const service = (name: string): string => `services: [{ name: ${name}, owner: team }]\n`;

function setUp(context: TestContext, text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'nines-config-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'nines.yaml');
  const write = (next: string): void => writeFileSync(file, next);
  write(text);
  const clock = createManualClock();
  const catalog = createCatalog();
  const notices = createNotices(clock, () => {});
  /** What rules are told, in order; a test may make the next ones wait or fail. */
  const applied: string[] = [];
  const gate = { next: async (): Promise<void> => {} };
  const raised: string[] = [];
  const logged: string[] = [];
  const parts: ConfigControlOptions = {
    options: {
      config: loadConfig(file, checkExpression).config,
      registry: new Registry(),
      dataDir: dir,
      externalUrl: 'http://127.0.0.1:9999',
      isAuthRequired: true,
      clock,
      random: createSeededRandom(1),
      log: createLog({ clock, level: 'warn', write: (line) => void logged.push(line) }),
    },
    catalog,
    notices,
    notifier: { apply: () => {} },
    alerts: {
      service: { applyPolicies: () => {} },
      internal: {
        raiseInternal: async ({ name }) => void raised.push(name),
        clearInternal: async () => {},
      },
    },
    rules: {
      async apply() {
        const names = catalog.list([]).map(({ name }) => name);
        applied.push(names.join());
        await gate.next();
      },
    },
    scrape: { apply: () => {} },
    probes: {
      fetch: async () => Promise.reject(new Error('not used here')),
      forget: () => {},
    },
    slos: { apply: () => [] },
    boards: { apply: () => {} },
    remote: { apply: async () => {} },
    hub: { publish: () => {} },
    fetchers: {},
    ownFetchers: new Map(),
  };
  const control = createConfigControl(parts);
  const codes = (): readonly string[] => notices.list().map(({ code }) => code);
  return { control, write, catalog, applied, gate, raised, logged, codes };
}

describe('configuration control', () => {
  it('keeps the last good one when the new one has faults, and says why', async (context) => {
    const { control, write, applied, raised, codes } = setUp(context, service('shop'));
    await control.applyFirst();
    write('servces: []\n');
    await assert.rejects(control.reload(), { code: 'CONFIG_REFUSED', message: /did you mean/ });
    assert.deepEqual(applied, ['shop']);
    assert.deepEqual(codes(), ['config.rejected']);
    assert.deepEqual(raised, ['NinesConfigRefused']);
    assert.equal(control.state().faults.length, 1);
    write(service('cart'));
    await control.reload();
    assert.deepEqual([applied, codes()], [['shop', 'cart'], []]);
  });

  it('puts one configuration in force after the other, and waiting reloads together', async (context) => {
    const { control, write, applied, gate } = setUp(context, service('a'));
    const first = Promise.withResolvers<void>();
    gate.next = async () => first.promise;
    const starting = control.applyFirst();
    write(service('b'));
    const reloads = [control.reload(), control.reload()];
    write(service('c'));
    first.resolve();
    await Promise.all([starting, ...reloads]);
    assert.deepEqual(applied, ['a', 'c']);
  });

  it('returns to the old one when the new one fails half-way', async (context) => {
    const { control, write, catalog, applied, gate } = setUp(context, service('old'));
    await control.applyFirst();
    write(service('new'));
    gate.next = async () => {
      gate.next = async () => {};
      throw unavailable('DATABASE_UNAVAILABLE', 'away');
    };
    await assert.rejects(control.reload(), { code: 'DATABASE_UNAVAILABLE' });
    assert.deepEqual(applied, ['old', 'new', 'old']);
    assert.deepEqual(
      catalog.list([]).map(({ name }) => name),
      ['old'],
    );
    await control.reload();
    assert.equal(applied.at(-1), 'new');
  });

  it('says what has no effect: in the log once, on the board while it holds', async (context) => {
    const { control, write, logged, codes } = setUp(context, 'tracing: { endpoint: a }\n');
    await control.applyFirst();
    assert.equal(logged.length, 1);
    assert.match(
      logged[0],
      /parts of the configuration have no effect .*nines\.yaml:1:1: tracing has no/,
    );
    write('tracing: { endpoint: a }\nruntime: { gogc: 1 }\n');
    await control.reload();
    assert.deepEqual([logged.length, codes()], [2, ['config.ignored']]);
    assert.doesNotMatch(logged[1], /tracing/);
    assert.match(logged[1], /nines\.yaml:2:1: runtime has no effect/);
    write("global: { external_labels: { a: '${NINES_NOT_SET}' } }\n");
    await control.reload();
    assert.deepEqual(codes(), ['config.advice']);
    assert.match(logged[2], /the environment has no variable \\"NINES_NOT_SET/);
    write('');
    await control.reload();
    assert.deepEqual([logged.length, codes()], [3, []]);
  });

  it('says what holds only after a restart, until it is taken back', async (context) => {
    const { control, write, codes } = setUp(context, '');
    await control.applyFirst();
    write('storage: { tsdb: { retention: { time: 30d } } }\n');
    await control.reload();
    assert.deepEqual(codes(), ['config.restart-needed']);
    write('');
    await control.reload();
    assert.deepEqual(codes(), []);
  });
});
