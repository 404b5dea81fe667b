/** What people write: configuration, rules, templates, objectives, services. */
import { readConfig } from '../../packages/server/src/app/config.ts';
import { checkExpression } from '../../packages/server/src/app/expression-check.ts';
import { readYaml, type YamlValue } from '../../packages/server/src/platform/index.ts';
import { readRuleFile } from '../../packages/server/src/rules/rule-file.ts';
import { parseTemplate } from '../../packages/server/src/rules/template/template.ts';
import { createAnyMap, createTextMap } from '../../packages/server/src/rules/template/value.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { readSlos } from '../../packages/server/src/slo/read-slos.ts';
import { sloText } from '../../packages/server/src/slo/testing.ts';
import { type FuzzTarget, ofText } from './target.ts';

const CONFIG = `global: {scrape_interval: 15s, external_labels: {region: eu}}
scrape_configs:
  - job_name: web
    scrape_interval: 5s
    basic_auth: {username: a, password: b}
    static_configs: [{targets: ['a:1', 'b:2'], labels: {env: prod}}]
    relabel_configs:
      - {source_labels: [__address__, env], separator: ;, regex: '(.*):(\\d+);(.*)', target_label: x, replacement: '$1-\${2}'}
      - {action: hashmod, source_labels: [x], modulus: 8, target_label: shard}
      - {action: labelmap, regex: '__meta_(.+)'}
    metric_relabel_configs: [{source_labels: [__name__], regex: go_.*, action: drop}]
`;
const MORE_CONFIG = `remote_write:
  - url: http://127.0.0.1:1/api
    queue_config: {max_shards: 5, capacity: 100}
    write_relabel_configs: [{action: keep, source_labels: [job], regex: a|b}]
services:
  - {name: shop, owner: pay, match: ['{job="shop"}']}
webhooks: [{name: ops, url: 'http://127.0.0.1:9/x', allow_private: true}]
escalation_policies: [{name: default, steps: [{notify: [webhook/ops], wait: 5m}]}]
storage: {tsdb: {retention: {time: 30d}, out_of_order_time_window: 10m}}
`;
const RULES = `groups:
- name: a
  interval: 30s
  limit: 5
  labels: {team: x}
  rules:
  - &r
    record: a:b
    expr: sum by (job) (rate(x_total[5m])) / 2
  - alert: Down
    expr: |
      up == 0
        or absent(up)
    for: 5m
    keep_firing_for: 1h
    labels: {severity: page}
    annotations: {summary: "{{ $labels.job }} is {{ $value | humanize }}"}
`;
const YAML_PIECES = [
  'a: ',
  '- ',
  '\n',
  '  ',
  '[',
  ']',
  '{',
  '}',
  '&r ',
  '*r',
  '!!',
  '"',
  "'",
  '|\n',
  ': ',
  '#',
  '\t',
  '---\n',
  '? ',
  '<<: *r',
  '1y',
  '{{',
  '}}',
  '(.*',
  '$1',
  '-1',
  '[1]',
  'null',
  '1e99',
];
const TEMPLATES = [
  '{{ range $i, $e := .l }}{{ if eq $e "y" }}{{ $e | toUpper }}{{ else }}{{ $i }}{{ end }}{{ end }}',
  '{{ define "t" }}{{ . }}{{ end }}{{ template "t" .a }}{{ with query "up" }}{{ . | first | value | humanize }}{{ end }}',
  '{{ printf "%[2]*.[1]*f%q%v%x" 1 2 3.5 }}{{ 1.5 | humanizeDuration }}{{ len .l }}{{ index .m "k" }}',
  '{{ reReplaceAll "(a)" "$1" .a }}{{ sortByLabel "a" (query "x") }}{{ 1e9 | toTime }}{{- /* c */ -}}',
];
const TEMPLATE_PIECES = [
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  '.',
  '$x',
  ':=',
  '|',
  '(',
  ')',
  'if ',
  'else ',
  'end',
  'range ',
  'with ',
  'break',
  'nil',
  '"s"',
  '`r`',
  "'c'",
  '-2.5e3',
  'slice ',
  'and ',
  'first ',
  '%',
];
const DATA = createAnyMap([
  ['a', 'x'],
  ['l', { kind: 'list', type: '[]interface {}', items: [1n, 2.5, 'y', null] }],
  ['m', createTextMap([['k', 'v']])],
]);
const VECTOR = [{ labels: createLabels({ a: 'b' }), value: 1 }];

function walk(value: YamlValue): void {
  if (value.kind === 'map') value.entries().forEach((entry) => walk(entry.value));
  else if (value.kind === 'list') value.list().forEach(walk);
  else if (value.kind === 'scalar') value.string();
}

export const CONFIG_TARGETS: readonly FuzzTarget[] = [
  ofText({
    name: 'yaml',
    corpus: [CONFIG, RULES],
    pieces: YAML_PIECES,
    read: (text) => walk(readYaml({ text, file: 'f.yaml' }).root),
  }),
  ofText({
    name: 'config',
    corpus: [CONFIG, MORE_CONFIG, CONFIG + MORE_CONFIG],
    pieces: YAML_PIECES,
    read: (text) => readConfig({ text, file: undefined, checkExpression }),
  }),
  ofText({
    name: 'rule-file',
    corpus: [RULES],
    pieces: YAML_PIECES,
    read: (text) => readRuleFile({ text, file: 'r.yaml', checkExpression }),
  }),
  ofText({
    name: 'template',
    corpus: TEMPLATES,
    pieces: TEMPLATE_PIECES,
    refusals: ['TemplateSyntaxError', 'TemplateExecutionError'],
    read: (text) =>
      parseTemplate('t', text).execute(DATA, {
        nowMs: 1_700_000_000_000,
        externalUrl: 'http://n:9090/p',
        query: () => VECTOR,
      }),
  }),
  ofText({
    name: 'openslo',
    corpus: [
      sloText(),
      sloText({ window: '{duration: 1Q, calendar: {startTime: 2026-01-01 00:00}}' }),
    ],
    pieces: YAML_PIECES,
    read: (text) => readSlos([{ file: 's.yaml', text }]),
  }),
];
