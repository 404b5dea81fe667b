import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { formatReportLine, reportDocuments } from './config-report.ts';
import { readYaml } from '../platform/index.ts';
import { loadFileFormat } from './file-format.ts';
import { type ReportKind, reportFile } from './report-files.ts';

interface Input {
  readonly text: string | undefined;
  /** Files beside it, by their paths. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly prometheus?: string;
}

/** Reports on a text of a kind; each line is cut, and says no folder. */
async function report(
  context: TestContext,
  kind: ReportKind,
  { text, beside = {}, prometheus }: Input,
): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'nines-report-'));
  context.after(() => rmSync(dir, { recursive: true }));
  for (const [name, inner] of Object.entries({
    ...beside,
    ...(text !== undefined && { f: text }),
  })) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), inner);
  }
  const { rules } = await loadFileFormat(prometheus);
  const lines = await reportFile(kind, join(dir, 'f'), rules);
  return lines.map((line) => formatReportLine(line).replaceAll(`${dir}/`, '').slice(0, 65));
}

it('says of each field whether it is supported, ignored or refused', async (context) => {
  const text = `global:
  scrape_interval: 15s
runtime:
  gogc: 42
scrape_configs:
  - job_name: a
    honor_labels: maybe
    ec2_sd_configs: [{ region: eu }]
    static_configs:
      - targets:
          - a:1
          - b:2
  - honor_labels: true
nonsense: { inner: 1 }
`;
  assert.deepEqual(await report(context, 'config', { text }), [
    'f:1:1: supported: global',
    'f:2:3: supported: global.scrape_interval',
    'f:3:1: ignored: runtime: runtime has no effect: it tunes the Go r',
    'f:4:3: ignored: runtime.gogc: runtime has no effect: it tunes the',
    'f:5:1: supported: scrape_configs',
    'f:6:5: supported: scrape_configs[0].job_name',
    'f:7:5: refused: scrape_configs[0].honor_labels: scrape_configs[0]',
    'f:8:5: ignored: scrape_configs[0].ec2_sd_configs: discovery by ec',
    'f:8:24: ignored: scrape_configs[0].ec2_sd_configs[0].region: disc',
    'f:9:5: supported: scrape_configs[0].static_configs',
    'f:10:9: supported: scrape_configs[0].static_configs[0].targets',
    'f:11:13: supported: scrape_configs[0].static_configs[0].targets[0',
    'f:12:13: supported: scrape_configs[0].static_configs[0].targets[1',
    // What a job lacks is wrong with the job, not with the field that happens to be its first.
    'f:13:5: refused: scrape_configs[1]: scrape_configs[1]: job_name i',
    'f:13:5: supported: scrape_configs[1].honor_labels',
    'f:14:1: refused: nonsense: field "nonsense" is not known in the d',
    'f:14:13: refused: nonsense.inner: field "nonsense" is not known i',
  ]);
});

it('reports on the files that a configuration names, too', async (context) => {
  const lines = await report(context, 'config', {
    text: 'rule_files: [r.yml]\nscrape_config_files: [s.yml]\nprobes: { module_files: [b.yml] }\n',
    beside: {
      'r.yml': 'groups:\n  - name: a\n    rules: [{ record: b, expr: "limitk(1, c)" }]\n',
      's.yml': 'scrape_configs:\n  - job_name: a\n    scrape_failure_log_file: x\n',
      'b.yml': 'modules:\n  m:\n    prober: tcp\n    http: { method: PUT }\n',
    },
    prometheus: '3.5',
  });
  const isNamed = (line: string): boolean => !line.startsWith('f:');
  assert.deepEqual(lines.filter(isNamed), [
    'r.yml:1:1: supported: groups',
    'r.yml:2:5: supported: groups[0].name',
    'r.yml:3:5: supported: groups[0].rules',
    'r.yml:3:15: supported: groups[0].rules[0].record',
    'r.yml:3:26: refused: groups[0].rules[0].expr: group "a", rule 1, ',
    's.yml:1:1: supported: scrape_configs',
    's.yml:2:5: supported: scrape_configs[0].job_name',
    's.yml:3:5: ignored: scrape_configs[0].scrape_failure_log_file: sc',
    'b.yml:1:1: supported: modules',
    'b.yml:2:3: supported: modules.m',
    'b.yml:3:5: supported: modules.m.prober',
    'b.yml:4:5: ignored: modules.m.http: http has no effect where the ',
    'b.yml:4:13: ignored: modules.m.http.method: http has no effect wh',
  ]);
});

it('says why a file cannot be reported on', async (context) => {
  const check = async (text: string | undefined, want: RegExp): Promise<void> => {
    const lines = await report(context, 'config', { text });
    assert.equal(lines.length, 1);
    assert.match(lines[0], want);
  };
  await check(undefined, /^f:1:1: refused: cannot read the file: ENOENT/);
  await check('global: [', /^f:1:10: refused: /);
});

it('refuses of rules what a Prometheus must load and does not know', async (context) => {
  const text = 'groups: [{ name: a, rules: [{ record: b, expr: "limitk(1, c)" }] }]\n';
  const refused = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.includes(': refused: '));
  assert.deepEqual(refused(await report(context, 'rules', { text })), []);
  assert.deepEqual(refused(await report(context, 'rules', { text, prometheus: '3.5' })), [
    'f:1:42: refused: groups[0].rules[0].expr: group "a", rule 1, "b":',
  ]);
});

it('refuses of an alertmanager.yml what is read and not sent', async (context) => {
  const text = `route: { receiver: a }
global: { smtp_auth_identity: i, smtp_smarthost: 'h:25', smtp_from: f@x }
receivers:
  - name: a
    sns_configs:
      - topic_arn: x
        subject: c
    slack_configs:
      - api_url: http://x/
        title: '{{ nope }}'
    email_configs: [{ to: x@x }]
`;
  assert.deepEqual((await report(context, 'alertmanager', { text })).slice(6), [
    'f:3:1: supported: receivers',
    'f:4:5: supported: receivers[0].name',
    'f:5:5: supported: receivers[0].sns_configs',
    'f:6:9: refused: receivers[0].sns_configs[0]: sns is not sent yet;',
    'f:6:9: refused: receivers[0].sns_configs[0].topic_arn: sns is not',
    'f:7:9: refused: receivers[0].sns_configs[0].subject: sns is not s',
    'f:8:5: supported: receivers[0].slack_configs',
    'f:9:9: supported: receivers[0].slack_configs[0].api_url',
    'f:10:9: refused: receivers[0].slack_configs[0].title: receivers[0',
    'f:11:5: supported: receivers[0].email_configs',
    // It comes from global, and is missing where it would be used.
    'f:11:21: refused: receivers[0].email_configs[0]: auth_identity is',
    'f:11:23: refused: receivers[0].email_configs[0].to: auth_identity',
  ]);
});

it('calls nothing supported that no reader has asked for', () => {
  const { root, faults, remarks } = readYaml({ text: 'a: {b: 1, c: [2]}\nd: 3\n', file: 'f' });
  root.fields(['a', 'd']).find('a')?.fields(['b', 'c']).find('b')?.number();
  const lines = reportDocuments({ documents: [root], faults, remarks });
  assert.deepEqual(
    lines.map(({ path, verdict }) => `${path} ${verdict}`),
    ['a supported', 'a.b supported', 'a.c ignored', 'a.c[0] ignored', 'd ignored'],
  );
});
