import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../../series/index.ts';
import type { Notification } from '../model.ts';
import { createTemplateData } from './data.ts';
import { createTemplateSet, parseTemplateFile, type TemplateFormat } from './template-set.ts';

const STARTED_MS = Date.UTC(2026, 1, 3, 4, 5, 6);

function createNotification(): Notification {
  const alert = (instance: string, isResolved: boolean): Notification['alerts'][number] => ({
    alert: {
      fingerprint: 'f',
      labels: createLabels({ alertname: 'Down', instance, team: '<a&b>' }),
      annotations: createLabels({ summary: 'a "b"' }),
      startsAtMs: STARTED_MS,
      endsAtMs: STARTED_MS + 60_000,
      updatedAtMs: STARTED_MS,
      isTimeout: false,
      generatorUrl: 'http://p/graph?a=b&c',
    },
    isResolved,
  });
  return {
    groupKey: '{}:{alertname="Down"}',
    receiver: 'a.b',
    integration: 'slack',
    index: 0,
    id: 'id',
    reason: 'first notification',
    groupLabels: createLabels({ alertname: 'Down' }),
    alerts: [alert('one', false), alert('two', true)],
    firing: ['f'],
    resolved: [],
    deadlineMs: 0,
    remembersMs: 0,
  };
}

const DATA = createTemplateData(createNotification(), 'http://am');

function expand(text: string, format: TemplateFormat = 'text', file = ''): string {
  const set = createTemplateSet([parseTemplateFile({ name: 'own.tmpl', text: file })]);
  const environment = { nowMs: STARTED_MS + 90_000, zone: 'UTC' };
  try {
    return set.expand(text, { format, data: DATA, environment });
  } catch (error) {
    return error instanceof Error ? `! ${error.message}` : '!';
  }
}

function check(
  cases: readonly (readonly [text: string, want: string])[],
  format: TemplateFormat = 'text',
): void {
  for (const [text, want] of cases) assert.equal(expand(text, format), want, text);
}

describe('templates of receivers', () => {
  it('have the data and methods of Alertmanager', () => {
    check([
      ['{{ .Receiver }} {{ .Status }} {{ len .Alerts }}', 'a\\.b firing 2'],
      ['{{ len .Alerts.Firing }} {{ (index .Alerts.Resolved 0).Labels.instance }}', '1 two'],
      ['{{ .CommonLabels }} {{ .CommonAnnotations.Values }}', 'alertname=Down, team=<a&b> [a "b"]'],
      ['{{ .CommonLabels.Remove .GroupLabels.Names }}', 'team=<a&b>'],
      ['{{ range .CommonLabels.SortedPairs }}{{ .Name }};{{ end }}', 'alertname;team;'],
      ['{{ (index .Alerts 0).EndsAt }}', '0001-01-01 00:00:00 +0000 UTC'],
      [
        '{{ (index .Alerts 0).EndsAt.IsZero }} {{ .NotificationReason }}',
        'true first notification',
      ],
      [
        '{{ .None }}',
        '! template: :1:3: executing "" at <.None>: can\'t evaluate field None in type *template.Data',
      ],
    ]);
  });

  it('have the functions of Alertmanager', () => {
    check([
      ['{{ "a b" | toUpper }} {{ "it\'s BIG" | title }} {{ trimSpace " x " }}|', "A B It's Big x|"],
      ['{{ stringSlice "a" "b" | join "-" }} {{ match "^a" "ab" }}', 'a-b true'],
      ['{{ reReplaceAll "(a)(b)" "$2$1" "abab" }} {{ urlUnescape "a%20b+c" }}', 'baba a b c'],
      [
        '{{ urlUnescape "%zz" }}',
        '! template: :1:3: executing "" at <urlUnescape "%zz">: error calling urlUnescape: invalid URL escape "%zz"',
      ],
      ['{{ humanizeDuration 61 }} {{ since (index .Alerts 0).StartsAt }}', '1m 1s 1m30s'],
      [
        '{{ (index .Alerts 0).StartsAt | tz "Europe/Berlin" | date "15:04 MST -0700" }}',
        '05:05 CET +0100',
      ],
      ['{{ now | tz "America/New_York" | date "3:04PM MST" }}', '11:06PM EST'],
      [
        '{{ now | tz "Nowhere" }}',
        '! template: :1:9: executing "" at <tz "Nowhere">: error calling tz: unknown time zone Nowhere',
      ],
      ['{{ toJson (dict "b" (list 1 "<") "a" nil) }}', '{"a":null,"b":[1,"\\u003c"]}'],
      ['{{ toJson .GroupLabels.SortedPairs }}', '[{"Name":"alertname","Value":"Down"}]'],
      ['{{ len (append (list 1) 2 3) }} {{ (dict "a" 1).b }}', '3 <no value>'],
      [
        '{{ dict "a" }}',
        '! template: :1:3: executing "" at <dict "a">: error calling dict: dict requires an even number of arguments',
      ],
    ]);
  });

  it('write what services are sent where a configuration says nothing', () => {
    check([
      ['{{ template "slack.default.title" . }}', '[FIRING:1] Down (<a&b>)'],
      ['{{ template "slack.default.titlelink" . }}', 'http://am/#/alerts?receiver=a%5C.b'],
      ['{{ template "slack.default.color" . }}', 'danger'],
      [
        '{{ template "opsgenie.default.description" . }}',
        'a "b"\nAlerts Firing:\nLabels:\n - alertname = Down\n - instance = one\n - team = <a&b>\n' +
          'Annotations:\n - summary = a "b"\nSource: http://p/graph?a=b&c\n' +
          '\nAlerts Resolved:\nLabels:\n - alertname = Down\n - instance = two\n - team = <a&b>\n' +
          'Annotations:\n - summary = a "b"\nSource: http://p/graph?a=b&c\n',
      ],
    ]);
    assert.match(
      expand('{{ template "email.default.html" . }}', 'html'),
      /team = &lt;a&amp;b&gt;<br>/,
    );
  });

  it('can be replaced by those of files, but not by white space', () => {
    const own = '{{ define "slack.default.title" }}mine{{ end }}{{ define "__subject" }} {{ end }}';
    assert.equal(expand('{{ template "slack.default.title" . }}', 'text', own), 'mine');
    assert.match(expand('{{ template "msteams.default.title" . }}', 'text', own), /FIRING/);
  });

  it('escape values for the place in HTML where they stand', () => {
    const hostile = '{{ $x := "<i>\\" \'+& javascript:x" }}';
    check(
      [
        [`${hostile}<p>{{ $x }}</p>`, '<p>&lt;i&gt;&#34; &#39;&#43;&amp; javascript:x</p>'],
        [
          `${hostile}<p title="{{ $x }}">`,
          '<p title="&lt;i&gt;&#34; &#39;&#43;&amp; javascript:x">',
        ],
        ['<p title={{ "a b" }} id={{ "" }}>', '<p title=a&#32;b id=ZgotmplZ>'],
        ['<a href="{{ "javascript:x" }}">', '<a href="#ZgotmplZ">'],
        ['<a href="{{ "javascript:x" | safeUrl }}">', '<a href="javascript:x">'],
        ['<a href="/{{ "a b/c?" }}?q={{ "a b/c?" }}">', '<a href="/a%20b/c??q=a%20b%2fc%3f">'],
        ['<a href="{{ "a" | urlquery }}">', '<a href="a">'],
        [
          '<p style="color: {{ "red" }}; width: {{ "expression(x)" }}">',
          '<p style="color: red; width: ZgotmplZ">',
        ],
        ['{{ "<b>" | safeHtml }}{{ "<" | html }}', '<b>&lt;'],
        ['a < b<!-- {{ .Status }} --><!DOCTYPE html>', 'a &lt; b<!DOCTYPE html>'],
        ['<title>{{ "</title>" }}</title>', '<title>&lt;/title&gt;</title>'],
        ['<p {{ "onclick" }}={{ "x" }}>', '<p ZgotmplZ=x>'],
        ['<style>a { b: {{ "1px" }} } /* x */</style>', '<style>a { b: 1px }  </style>'],
        [
          '{{ define "x" }}{{ . }}{{ end }}<a href="/?{{ template "x" "a b" }}">{{ template "x" "a b" }}',
          '<a href="/?a%20b">a b',
        ],
        [
          '<p title="{{ if .None1 }}x{{ end }}">',
          '! template: :1:16: executing "" at <.None1>: can\'t evaluate field None1 in type *template.Data',
        ],
        [
          '<script>{{ .Status }}</script>',
          '! html/template::1: .Status appears in a script, which is not supported',
        ],
        [
          '{{ if .Status }}<p{{ end }}>',
          '! html/template::1: {{if}} branches end in different contexts: tag, text',
        ],
        ['<a href="{{ .Status }}', '! html/template:: ends in a non-text context'],
        ['{{ template "none" . }}', '! html/template::1: no such template "none"'],
        [
          '{{ .Status | html | print }}',
          '! html/template::1: predefined escaper "html" disallowed in template',
        ],
      ],
      'html',
    );
  });
});
