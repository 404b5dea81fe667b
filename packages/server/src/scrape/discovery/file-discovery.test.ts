import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createFileDiscovery } from './file-discovery.ts';
import { createTools, Listener } from './testing.ts';

/** A folder with a discovery on it, which looks again when the test says that something changed. */
function createBench(context: TestContext, patterns: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'nines-file-sd-'));
  const state = { change: (): void => {} };
  const discovery = createFileDiscovery(
    { kind: 'file', patterns: patterns.map((one) => join(dir, one)), refreshMs: 3_600_000 },
    {
      ...createTools(),
      watchFolder(folder, onChange) {
        assert.equal(folder, dir);
        state.change = onChange;
        return { close: () => {} };
      },
    },
  );
  context.after(() => {
    discovery.stop();
    rmSync(dir, { recursive: true });
  });
  const write = (name: string, text: string): void => {
    writeFileSync(join(dir, `${name}.new`), text);
    renameSync(join(dir, `${name}.new`), join(dir, name));
    state.change();
  };
  return { dir, discovery, write, remove: (name: string) => rmSync(join(dir, name)), state };
}

describe('discovery by files', () => {
  it('reads JSON and YAML, and again when something changes', async (context) => {
    const { dir, discovery, write, remove, state } = createBench(context, ['*.yml', 'b.json']);
    write('a.yml', '- targets: [a:1]\n  labels: {env: x}');
    write('b.json', '[{"targets": ["b:2"]}]');
    write('c.json', '[{"targets": ["c:3"]}]');
    const heard = new Listener(discovery);
    await heard.until(({ groups }) => groups?.length === 2);
    assert.deepEqual(heard.targets(), [
      { __address__: 'a:1', __meta_filepath: join(dir, 'a.yml'), env: 'x' },
      { __address__: 'b:2', __meta_filepath: join(dir, 'b.json') },
    ]);
    const [, before] = heard.groups ?? [];
    write('a.yml', '- targets: [a:9]');
    await heard.until(() => heard.targets()[0]?.__address__ === 'a:9');
    // A file that nobody touched gives the very same groups.
    assert.equal(heard.groups?.[1], before);
    remove('b.json');
    state.change();
    await heard.until(({ groups }) => groups?.length === 1);
  });

  it('keeps what a file said before it was broken, and says why', async (context) => {
    const { discovery, write } = createBench(context, ['*.yml']);
    write('a.yml', '- targets: [a:1]');
    const heard = new Listener(discovery);
    await heard.until(({ groups }) => groups?.length === 1);
    write('a.yml', '- targets: [a:1');
    await heard.until(({ problems }) => problems.size > 0);
    assert.match([...heard.problems.values()].join(), /a\.yml:\d+:\d+: /);
    assert.equal(heard.targets()[0].__address__, 'a:1');
    write('a.yml', '- targets: [a:2]');
    await heard.until(({ problems }) => problems.size === 0);
    await heard.until(() => heard.targets()[0]?.__address__ === 'a:2');
  });

  it('hears of a change from the system', async (context) => {
    const dir = mkdtempSync(join(tmpdir(), 'nines-file-sd-'));
    const config = { kind: 'file', patterns: [join(dir, '*.json')], refreshMs: 3_600_000 } as const;
    const discovery = createFileDiscovery(config, createTools());
    context.after(() => {
      discovery.stop();
      rmSync(dir, { recursive: true });
    });
    const heard = new Listener(discovery);
    await heard.until(({ groups }) => groups?.length === 0);
    writeFileSync(join(dir, 'a.json'), '[{"targets": ["a:1"]}]');
    await heard.until(({ groups }) => groups?.length === 1);
  });
});
