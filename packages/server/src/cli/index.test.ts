import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { type CliContext, runCli } from './index.ts';
import { formatTable } from './table.ts';

/** What the app here says of a file of each kind. */
const REPORTED = {
  config: 'refused',
  rules: 'refused',
  probes: 'supported',
  alertmanager: 'ignored',
} as const;

/** Runs a command line with an app that knows one faulty file; answers code and output. */
async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const context: CliContext = {
    env: {},
    stdout: (text) => void (output.stdout += text),
    stderr: (text) => void (output.stderr += text),
    stdin: () => Readable.from([Buffer.from('up 1\nup 1\n')]),
    loadAlertmanager: async () => Promise.reject(new Error('not used here')),
    loadServer: async () => async () => 0,
    loadApp: async () => ({
      checkFiles: async (files) =>
        files.filter((file) => file === 'bad.yml').map((file) => `${file}:1:1: bad`),
      report: async (kind, file, prometheus) => {
        const verdict = REPORTED[kind];
        const path = `x${prometheus ?? ''}`;
        const text = `${file}:1:1: ${verdict}: ${path}`;
        return [{ file, line: 1, column: 1, path, verdict, message: '', text }];
      },
      askAlertRoutes: async (file, labels) => ({
        faults: file === 'bad.yml' ? ['bad.yml:1:1: bad'] : [],
        receivers: labels.length === 0 ? [] : ['db', 'audit'],
        routes: [],
      }),
      testRules: async () => Promise.reject(new Error('not used here')),
      readRules: () => ({ groups: [], faults: [] }),
      lintFiles: async () => Promise.reject(new Error('not used here')),
      formatJunit: async () => Promise.reject(new Error('not used here')),
      openIdentity: async () => Promise.reject(new Error('not used here')),
      openSeries: async () => Promise.reject(new Error('not used here')),
      holdData: async () => Promise.reject(new Error('not used here')),
      loadLater: async () => Promise.reject(new Error('not used here')),
      inspect: async () => Promise.reject(new Error('not used here')),
    }),
  };
  return { code: await runCli(argv, context), ...output };
}

describe('command line', () => {
  it('tells its commands, and each command its options', async () => {
    const help = await run('help');
    assert.equal(help.code, 0);
    for (const name of [
      'serve',
      'check',
      'query',
      'alerts',
      'targets',
      'service',
      'compare',
      'ack',
      'resolve',
      'tag',
      'user',
      'token',
      'backup',
      'restore',
      'doctor',
    ]) {
      assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
      const usage = await run(name, '--help');
      assert.equal(usage.code, 0);
      assert.match(usage.stdout, new RegExp(`^usage: nines ${name}`));
    }
  });

  it('ends with 2 where the command line makes no sense', async () => {
    for (const argv of [
      [],
      ['sreve'],
      ['serve', '--lisen', 'x'],
      ['check'],
      ['restore'],
      ['doctor', 'now'],
      ['backup', '--verify'],
      ['backup', 'a', 'b'],
      ['query'],
      ['ack'],
      ['user', 'make'],
      ['user', 'constructor', 'x'],
      ['user', 'role', 'x'],
      ['channels', 'try', 'x'],
      ['channels', 'test'],
      ['completion', 'tcsh'],
      ['user', 'link', 'x', 'viewer'],
      ['alerts', 'al_1', 'al_2'],
      ['service'],
      ['service', 'a', 'b'],
      ['compare'],
      ['alerts', '--url', 'nines.example:9999'],
      ['serve', '--auth', 'off'],
    ]) {
      const { code, stdout, stderr } = await run(...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.notEqual(stdout + stderr, '', argv.join(' '));
    }
  });

  it('checks files: 0 without faults, 1 with a line for each', async () => {
    assert.deepEqual(await run('check', 'good.yml'), {
      code: 0,
      stdout: 'good.yml: no faults\n',
      stderr: '',
    });
    assert.deepEqual(await run('check', 'good.yml', 'bad.yml'), {
      code: 1,
      stdout: 'bad.yml:1:1: bad\n',
      stderr: '',
    });
    assert.equal(
      (await run('check', 'bad.yml', '--json')).stdout,
      '{"faults":["bad.yml:1:1: bad"]}\n',
    );
  });

  it('checks metrics from standard input and from files', async () => {
    const piped = await run('check', 'metrics');
    assert.equal(piped.code, 1);
    const lines = ['stdin:2:1: this series stands twice', 'stdin:1:1: advice: up has no help text'];
    assert.equal(piped.stdout, `${lines.join('\n')}\n`);
    const json = await run('check', 'metrics', '--faults-only', '--json');
    assert.deepEqual(JSON.parse(json.stdout), {
      findings: [
        {
          file: 'stdin',
          line: 2,
          column: 1,
          severity: 'fault',
          message: 'this series stands twice',
        },
      ],
    });
    const strict = await run('check', 'metrics', '-', '--format', 'openmetrics');
    assert.match(strict.stdout, /stdin:2:1: the last line must be "# EOF"/);
    const missing = await run('check', 'metrics', '/nonexistent/metrics.txt');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot read "\/nonexistent\/metrics.txt": there is no such file/);
    assert.equal((await run('check', 'metrics', '-', '--format', 'json')).code, 2);
  });

  it('ends with 3 where no server is known, and where it cannot be reached', async () => {
    const unknown = await run('query', 'up', '--data', '/nonexistent');
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /no server is known on \/nonexistent; start one/);
    const url = `http://127.0.0.1:${await findClosedPort()}`;
    const away = await run('alerts', '--url', url, '--token', 'x');
    assert.equal(away.code, 3);
    assert.equal(away.stderr, `nines alerts: cannot reach ${url}: ECONNREFUSED\n`);
  });
});

/** A port that was free a moment ago. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return promise;
}

describe('table', () => {
  it('aligns columns and leaves no blanks at line ends', () => {
    assert.equal(
      formatTable([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
      'a    bb\nccc  d   e\n',
    );
  });

  it('reports on an alertmanager.yml, and says who gets an alert', async () => {
    const report = await run('check', 'alertmanager', 'am.yml');
    assert.deepEqual(
      [report.code, report.stdout],
      [0, 'am.yml:1:1: ignored: x\n0 supported, 1 ignored, 0 refused\n'],
    );
    const asked = await run('check', 'alertmanager', 'am.yml', '--routes', 'team=db');
    assert.deepEqual([asked.code, asked.stdout], [0, 'db,audit\n']);
    const bad = await run('check', 'alertmanager', '--routes', 'bad.yml');
    assert.deepEqual([bad.code, bad.stdout], [1, 'bad.yml:1:1: bad\n']);
  });

  it('reports on files of each kind, and ends with 1 where something is refused', async () => {
    const rules = await run('check', 'rules', 'a.yml', 'b.yml', '--prometheus', '3.5');
    assert.deepEqual(
      [rules.code, rules.stdout],
      [
        1,
        'a.yml:1:1: refused: x3.5\nb.yml:1:1: refused: x3.5\n0 supported, 0 ignored, 2 refused\n',
      ],
    );
    assert.equal((await run('check', 'config', 'a.yml', '--prometheus', '3.5')).code, 1);
    const probes = await run('check', 'probes', 'b.yml', '--json');
    assert.equal(probes.code, 0);
    assert.deepEqual(JSON.parse(probes.stdout), {
      supported: 1,
      ignored: 0,
      refused: 0,
      lines: [
        {
          file: 'b.yml',
          line: 1,
          column: 1,
          path: 'x',
          verdict: 'supported',
          message: '',
          text: 'b.yml:1:1: supported: x',
        },
      ],
    });
  });

  it('takes no option of a check that would make no difference', async () => {
    for (const argv of [
      ['probes', 'b.yml', '--prometheus', '3.5'],
      ['alertmanager', 'a.yml', '--prometheus', '3.5'],
      ['config', 'a.yml', '--routes'],
      ['a.yml', '--faults-only'],
      ['rules', 'a.yml', '--format', 'text'],
    ]) {
      const { code, stderr } = await run('check', ...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.match(stderr, /^nines check: --[a-z-]+ has no effect here; it goes with nines check /);
    }
  });
});
