import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadAlertmanagerMessages } from '../../alertmanager/index.ts';
import { errorMessage } from '../../platform/index.ts';
import { loadConfig } from './load-config.ts';
import { readTemplateFiles } from './template-files.ts';

const MESSAGES = await loadAlertmanagerMessages();
const folder = mkdtempSync(join(tmpdir(), 'nines-templates-'));
after(() => rmSync(folder, { recursive: true }));

function load(receiver: string, templates = ''): string {
  const file = join(folder, 'am.yml');
  writeFileSync(
    file,
    `route: { receiver: a }\n${templates}\nreceivers:\n- name: a\n  ${receiver}\n`,
  );
  try {
    loadConfig(file, MESSAGES);
    return 'loaded';
  } catch (error) {
    return errorMessage(error).replaceAll(`${folder}/`, '').replace(/^.*\n/, '');
  }
}

function writeTemplates(name: string, text: string): void {
  mkdirSync(join(folder, 't'), { recursive: true });
  writeFileSync(join(folder, 't', name), text);
}

describe('the configuration of nines alertmanager', () => {
  it('is refused for templates that cannot be read, with file and line', () => {
    writeTemplates('good.tmpl', '{{ define "mine" }}{{ .Status }}{{ end }}');
    const good = 'slack_configs: [{ api_url: "http://s/", text: \'{{ template "mine" . }}\' }]';
    assert.equal(load(good, 'templates: ["t/*.tmpl"]'), 'loaded');
    assert.equal(
      load('slack_configs: [{ api_url: "http://s/", text: "{{ nope }}" }]'),
      'am.yml:5:49: receivers[0].slack_configs[0].text: template: :1: function "nope" not defined',
    );
    assert.match(
      load('email_configs: [{ to: a@x, from: b@x, smarthost: "h:25", html: "<p {{ end }}" }]'),
      /^am\.yml:5:\d+: receivers\[0\]\.email_configs\[0\]\.html: template: :1: unexpected \{\{end\}\}/,
    );
    assert.match(
      load('telegram_configs: [{ bot_token: t, chat_id: 1, message: "<a href={{ . }}" }]'),
      /html\/template:.*ends in a non-text context/,
    );
    writeTemplates('bad.tmpl', 'x\n{{ define "y" }}{{ if }}{{ end }}{{ end }}');
    assert.match(
      load(good, 'templates: ["t/*.tmpl"]'),
      /^t\/bad\.tmpl:2:\d+: template: bad\.tmpl:2: missing value for if$/,
    );
  });

  it('is refused for what would not be sent, by name', () => {
    assert.match(
      load('sns_configs: [{ topic_arn: t, sigv4: { region: r } }]'),
      /^am\.yml: receiver "a": sns_configs\[0\]: sns is not sent yet; nines alertmanager sends: web/,
    );
    assert.match(
      load(
        'slack_configs: [{ api_url: "https://slack.com/api/chat.postMessage", update_message: true, http_config: { authorization: { credentials: c } } }]',
      ),
      /slack_configs\[0\]: update_message is not supported yet/,
    );
  });
});

describe('patterns of template files', () => {
  it('mean what they mean to Go', () => {
    mkdirSync(join(folder, 'p', 'q1'), { recursive: true });
    mkdirSync(join(folder, 'p', 'q2'), { recursive: true });
    for (const name of ['q1/a.tmpl', 'q1/.b.tmpl', 'q2/c.tmpl', 'q2/{x,y}', 'q2/[z']) {
      writeFileSync(join(folder, 'p', name), name);
    }
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['p/*/*.tmpl', ['q1/.b.tmpl', 'q1/a.tmpl', 'q2/c.tmpl']],
      ['p/q1/a.tmpl', ['q1/a.tmpl']],
      ['p/q?/[a-c].tmpl', ['q1/a.tmpl', 'q2/c.tmpl']],
      ['p/q[^1]/*.tmpl', ['q2/c.tmpl']],
      ['p/q2/{x,y}', ['q2/{x,y}']],
      ['p/q2/\\[z', ['q2/[z']],
      ['p/none/*', []],
      ['p/**.tmpl', []],
    ];
    for (const [pattern, want] of cases) {
      const found = readTemplateFiles(join(folder, pattern));
      assert.deepEqual(
        found.map(({ text }) => text),
        want,
        pattern,
      );
    }
  });
});
