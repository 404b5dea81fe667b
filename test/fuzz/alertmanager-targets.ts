/** What people bring from Alertmanager: its configuration, and matchers, which tools send as well. */
import {
  formatAlertMatchers,
  parseMatchers,
  readAlertmanagerConfig,
} from '../../packages/server/src/alertmanager/index.ts';
import { readMessage } from '../../packages/server/src/alertmanager/cluster/read-message.ts';
import { DEFAULT_TEMPLATES } from '../../packages/server/src/alertmanager/templates/defaults.ts';
import { createTemplateSet } from '../../packages/server/src/alertmanager/templates/template-set.ts';
import { createAnyMap, createTextMap } from '../../packages/server/src/template/index.ts';
import { OWN_TEMPLATES } from '../alertmanager/sender-config.ts';
import { type FuzzTarget, ofText } from './target.ts';

export const ALERTMANAGER_CONFIGS = [
  `route:
  receiver: a
  group_by: ['...']
  group_wait: 10s
  routes:
    - {matchers: ['team=~"db|web"', '{a!="b"}'], receiver: b, continue: true}
    - {match: {c: d}, match_re: {e: 'f.*'}, mute_time_intervals: [n]}
receivers: [{name: a}, {name: b}]
time_intervals: [{name: n, time_intervals: [{weekdays: ['saturday:sunday']}]}]
`,
  `route: {receiver: a}
receivers: [{name: a}]
time_intervals:
  - name: n
    time_intervals:
      - times: [{start_time: '09:00', end_time: '24:00'}]
        days_of_month: ['1:5', '-3:-1']
        months: ['january:3']
        years: ['2020:2030']
        location: Europe/Berlin
`,
  `inhibit_rules: [{name: x, source_matchers: [a=b], target_match_re: {c: d|e}, equal: [f]}]
route: {receiver: a}
receivers: [{name: a}]
templates: ['x/*.tmpl', 'y[ab]']
`,
  `global: {smtp_smarthost: 'm:25', smtp_from: x, slack_app_token: t, http_config: {proxy_url: 'http://p'}}
route: {receiver: a}
receivers:
  - name: a
    email_configs: [{to: b, headers: {subject: c}, threading: {enabled: true, thread_by_date: daily}}]
    slack_configs: [{channel: d, actions: [{type: button, text: e, url: f}], fields: [{title: g, value: h}]}]
`,
  `route: {receiver: a}
receivers:
  - name: a
    webhook_configs: [{url: 'http://h/{{ .Status }}', timeout: 1m30s, payload: {b: [1, true, ~]}}]
    pagerduty_configs: [{routing_key: c, details: {d: {e: 1.5}}, links: [{href: f}]}]
    jira_configs: [{api_url: 'http://j/', project: g, issue_type: h, summary: {template: i}}]
`,
  `route: {receiver: a}
receivers:
  - name: a
    telegram_configs: [{bot_token: b, chat_id: -100, parse_mode: ''}]
    sns_configs: [{topic_arn: c, sigv4: {region: d, access_key: e, secret_key: f}}]
    pushover_configs: [{user_key: g, token: h, retry: 1.5h}]
    opsgenie_configs: [{api_key: i, responders: [{id: j, type: Team}]}]
`,
];
const CONFIG_PIECES = [
  '\n',
  '  ',
  '- ',
  ': ',
  '[]',
  '{}',
  '~',
  '"',
  "'",
  'routes:',
  '&x ',
  '*x',
  '<<: *x',
];

const MATCHERS = [
  'foo=bar',
  '{foo = "bar", dings != "bums", }',
  'statuscode=~"5..",job!~a|b',
  String.raw`{quote="She said: \"Hi, ladies!\"",n="\n\\"}`,
  String.raw`"a b"="\u20ac\x41\303\251","é"=~"[a-c]{2,5}"`,
];
const MATCHER_PIECES = [
  '=',
  '!=',
  '=~',
  '!~',
  ',',
  '{',
  '}',
  '"',
  '\\',
  '\\x',
  '\\u',
  '(?:',
  ')',
  '|',
  ' ',
];

const MESSAGES = [
  OWN_TEMPLATES,
  DEFAULT_TEMPLATES.slice(0, 2_000),
  '<a href="{{ .a }}?b={{ .b | urlquery }}" title=\'{{ .c }}\' x={{ .d }}>{{ toJson . }}</a>',
  '{{ now | tz "Asia/Tokyo" | date "Jan _2 15:04:05.000 MST -07:00" }}{{ since now }}',
  '{{ append (list 1 "a") (dict "k" .a) | toJson }}{{ title "x y" }}{{ urlUnescape "%41+" }}',
];
const MESSAGE_PIECES = [
  '{{',
  '}}',
  '<',
  '>',
  '"',
  "'",
  '=',
  ' ',
  '<!--',
  '-->',
  '<style>',
  '</title>',
];
const MESSAGE_DATA = createAnyMap([
  ['a', 'x:<"&'],
  ['b', 1n],
  ['c', createTextMap([['k', 'v']])],
]);
const TEMPLATE_SET = createTemplateSet([]);
const FROM = `"from":{"name":"am_1","run":"run_1","host":"","port":9094,"status":"ready","readySinceMs":5}`;
const HEAD = `{"format":"nines-alertmanager-cluster/1","label":"",${FROM},"toRun":"r","sentAtMs":7`;
const TIMES = `"startsAt":"2026-01-05T09:00:00.000Z","endsAt":"2026-01-05T10:00:00Z","updatedAt":"2026-01-05T09:00:00Z"`;
const PEER_MESSAGES = [
  `${HEAD},"members":[{"run":"q","address":"[::1]:1"}],"isComplete":true,"silences":[],"log":[],"alerts":[]}`,
  `${HEAD},"members":[],"isComplete":false,"silences":[{"id":"s",${TIMES},"createdBy":"a","comment":"b","annotations":{"c":"d"},"matchers":[{"name":"e","value":"f.*","isRegex":true,"isEqual":false}]}],"log":[],"alerts":[]}`,
  `${HEAD},"members":[],"isComplete":false,"silences":[],"log":[{"groupKey":"{}:{}","receiver":"a","integration":"webhook","index":0,"notifiedAtMs":5,"firing":["405709da04e937a2"],"resolved":[],"expiresAtMs":9}],"alerts":[]}`,
  `${HEAD},"members":[],"isComplete":false,"silences":[],"log":[],"alerts":[{"labels":{"a":"b"},"annotations":{},${TIMES},"generatorURL":"","isTimeout":true,"isSettled":false}]}`,
];

export const ALERTMANAGER_TARGETS: readonly FuzzTarget[] = [
  ofText({
    name: 'alertmanager-config',
    corpus: ALERTMANAGER_CONFIGS,
    pieces: CONFIG_PIECES,
    read: (text) => readAlertmanagerConfig({ text, file: 'am.yml' }),
  }),
  ofText({
    name: 'alert-matchers',
    corpus: MATCHERS,
    pieces: MATCHER_PIECES,
    read: (text) => {
      // What is written must be read as the same: API clients get matchers and send them back.
      const written = formatAlertMatchers(parseMatchers(text));
      const again = formatAlertMatchers(parseMatchers(written));
      if (again !== written) throw new TypeError(`${written} is read as ${again}`);
    },
  }),
  ...(['text', 'html'] as const).map((format) =>
    ofText({
      name: `message-${format}`,
      corpus: MESSAGES,
      pieces: MESSAGE_PIECES,
      refusals: ['TemplateSyntaxError', 'TemplateExecutionError'],
      read: (text) =>
        TEMPLATE_SET.expand(text, {
          format,
          data: MESSAGE_DATA,
          environment: { nowMs: 1_700_000_000_000, zone: 'UTC' },
        }),
    }),
  ),
  ofText({
    name: 'cluster-message',
    corpus: PEER_MESSAGES,
    pieces: ['null', '[]', '{}', '-1', '1e99', '""', '"leaving"', '"settling"', '\\u0000', '{"a":'],
    read: readMessage,
  }),
];
