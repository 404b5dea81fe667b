import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { formatReportLine, reportAlertmanagerFile, reportFile } from './config-report.ts';

const TEXT = `global:
  scrape_interval: 15s
runtime:
  gogc: 42
scrape_configs:
  - job_name: a
    honor_labels: maybe
    ec2_sd_configs: [{ region: eu }]
nonsense: 1
`;

it('says of each field whether it is supported, ignored or refused', (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'nines-report-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'prometheus.yml');
  writeFileSync(file, TEXT);
  const lines = reportFile(file, () => undefined).map(formatReportLine);
  assert.deepEqual(
    lines.map((line) => line.replace(`${file}:`, '').slice(0, 62)),
    [
      '1:1: supported: global',
      '2:3: supported: global.scrape_interval',
      '3:1: ignored: runtime: runtime tunes the Go runtime, which Nin',
      '4:3: ignored: runtime.gogc: runtime tunes the Go runtime, whic',
      '5:1: supported: scrape_configs',
      '6:5: supported: scrape_configs[0].job_name',
      '7:5: refused: scrape_configs[0].honor_labels: scrape_configs[0',
      '8:5: ignored: scrape_configs[0].ec2_sd_configs: discovery by e',
      '8:24: ignored: scrape_configs[0].ec2_sd_configs[0].region: dis',
      '9:1: refused: nonsense: field "nonsense" is not known in the d',
    ],
  );
});

it('says why a file cannot be reported on', (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'nines-report-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const check = (text: string | undefined, want: RegExp): void => {
    const file = join(dir, text === undefined ? 'gone.yml' : 'broken.yml');
    if (text !== undefined) writeFileSync(file, text);
    const [line, ...rest] = reportFile(file, () => undefined);
    assert.deepEqual([line.verdict, rest.length], ['refused', 0]);
    assert.match(formatReportLine(line), want);
  };
  check(undefined, /cannot read the file: ENOENT/);
  check('global: [', /refused/);
});

it('says of an alertmanager.yml what is read and not sent', async (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'nines-report-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'am.yml');
  writeFileSync(
    file,
    `route: { receiver: a }
receivers:
  - name: a
    sns_configs:
      - topic_arn: x
        subject: c
    slack_configs:
      - api_url: http://x/
        title: '{{ nope }}'
`,
  );
  const lines = (await reportAlertmanagerFile(file)).map(formatReportLine);
  assert.deepEqual(
    lines.map((line) => line.replace(`${file}:`, '').slice(0, 62)),
    [
      '1:1: supported: route',
      '1:10: supported: route.receiver',
      '2:1: supported: receivers',
      '3:5: supported: receivers[0].name',
      '4:5: ignored: receivers[0].sns_configs: read, but nothing is s',
      '5:9: ignored: receivers[0].sns_configs[0].topic_arn: read, but',
      '6:9: ignored: receivers[0].sns_configs[0].subject: read, but n',
      '7:5: supported: receivers[0].slack_configs',
      '8:9: supported: receivers[0].slack_configs[0].api_url',
      '9:9: refused: receivers[0].slack_configs[0].title: receivers[0',
    ],
  );
});
