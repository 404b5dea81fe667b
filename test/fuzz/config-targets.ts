/** What people write: configuration, rules, templates, objectives, services. */
import { readBoard } from '../../packages/server/src/boards/read-board.ts';
import { readConfig } from '../../packages/server/src/app/config.ts';
import { checkExpression } from '../../packages/server/src/app/expression-check.ts';
import { lintText } from '../../packages/server/src/lint/index.ts';
import { readYaml, type YamlValue } from '../../packages/server/src/platform/index.ts';
import { readModuleFile } from '../../packages/server/src/probe/index.ts';
import { readRuleFile } from '../../packages/server/src/rules/rule-file.ts';
import { readRuleTestFile } from '../../packages/server/src/rules/rule-test-file.ts';
import { parseTemplate } from '../../packages/server/src/rules/alert-template.ts';
import { createAnyMap, createTextMap } from '../../packages/server/src/template/value.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { readSlos } from '../../packages/server/src/slo/read-slos.ts';
import { type FuzzTarget, ofText } from './target.ts';

export const PROBE_MODULES = [
  `modules:
  a: {prober: http, timeout: 5s, http: {valid_status_codes: [200], headers: {Host: x}, compression: gzip}}
  b: {prober: http, http: {fail_if_header_matches: [{header: A, regexp: 'a|b', allow_missing: true}]}}
`,
  `modules:
  a: {prober: tcp, tcp: {query_response: [{expect: '^220 (.+)$', send: 'EHLO \${1}'}, {starttls: true}]}}
  b: {prober: tcp, tcp: {query_response: [{send: !!binary AAAACATSFi8=, expect_bytes: S}]}}
`,
  `modules:
  a: {prober: dns, dns: {query_name: a, query_type: SOA, validate_answer_rrs: {fail_if_matches_regexp: [x]}}}
  b: {prober: icmp, icmp: {ttl: 5, payload_size: 9}}
  c: {prober: grpc, grpc: {service: s, metadata: {k: [v]}}}
`,
];

/** Each small: of a long text most changes hit the same few readers, and to read it takes long. */
export const CONFIGS = [
  'global: {scrape_interval: 15s, external_labels: {region: eu}}\nscrape_configs: []\n',
  `scrape_configs:
  - job_name: web
    scrape_interval: 5s
    static_configs: [{targets: ['a:1', 'b:2'], labels: {env: prod}}]
`,
  `scrape_configs:
- job_name: a
  basic_auth: {username: a, password: b}
  tls_config: {insecure_skip_verify: true}
`,
  `scrape_configs:
- job_name: a
  relabel_configs:
    - {source_labels: [__address__, env], separator: ;, regex: '(.*):(\\d+)', target_label: x, replacement: '$1-\${2}'}
    - {action: hashmod, source_labels: [x], modulus: 8, target_label: shard}
`,
  `scrape_configs:
- job_name: a
  metric_relabel_configs: [{action: labelmap, regex: '__meta_(.+)'}, {regex: go_.*, action: drop}]
`,
  `scrape_configs:
- job_name: a
  kubernetes_sd_configs: [{role: pod, namespaces: {names: [shop]}}]
`,
  `scrape_configs:
- job_name: a
  consul_sd_configs: [{server: 'c:8500', tags: [a]}]
  docker_sd_configs: [{host: 'unix:///d', filters: [{name: label, values: [x]}]}]
`,
  `scrape_configs:
- job_name: a
  http_sd_configs: [{url: 'http://h/', refresh_interval: 1m}]
  file_sd_configs: [{files: ['/none/*.json']}]
  dns_sd_configs: [{names: [a.b], type: SRV}]
`,
  `scrape_configs:
- job_name: a
  oauth2: {client_id: a, client_secret: b, token_url: 'http://t/'}
`,
  `remote_write:
  - url: http://127.0.0.1:1/api
    queue_config: {max_shards: 5, capacity: 100}
    write_relabel_configs: [{action: keep, source_labels: [job], regex: a|b}]
`,
  `services:
  - {name: shop, owner: pay, match: ['{job="shop"}']}
storage: {tsdb: {retention: {time: 30d}, out_of_order_time_window: 10m}}
`,
  `webhooks: [{name: ops, url: 'http://127.0.0.1:9/x', allow_private: true}]
escalation_policies: [{name: default, steps: [{notify: [webhook/ops], wait: 5m}]}]
`,
  `query:
  sources: [{name: eu, url: 'http://eu:9090', protocol: promql, labels: {region: eu}}]
shard: {index: 0, count: 2}
`,
  'otlp: {promote_resource_attributes: [a.b], translation_strategy: NoTranslation}\n',
  `smtp: {smarthost: 'smtp.example.com:587', from: 'Nines <n@example.com>', auth_username: n}
emails: [{name: team, to: ['a@example.com']}]
`,
];
const BOARDS = [
  `title: Shop
range: 6h
panels:
  - title: Failures
    queries: [{expr: 'rate(errors_total{job=~"$job"}[5m])', legend: '{{job}} failed'}]
`,
  `variables:
  - {name: job, title: Job, of: 'up{env="prod"}', default: front}
panels: [{title: A, kind: number, queries: [{expr: up}]}]
`,
  `panels:
  - {title: A, unit: ratio, queries: [{expr: up}], thresholds: [{above: 0.01, level: page, label: x}]}
`,
];
export const RULES = [
  `groups:
- name: a
  interval: 30s
  limit: 5
  rules:
  - &r
    record: a:b
    expr: sum by (job) (x_total) / 2
`,
  `groups:
- name: a
  rules:
  - alert: Down
    expr: |
      up == 0
        or absent(up)
    for: 5m
    keep_firing_for: 1h
`,
  `groups:
- name: a
  labels: {team: x}
  rules:
  - alert: Down
    expr: up
    annotations: {summary: "{{ $labels.job }} is {{ $value | humanize }}"}
`,
];
/** With comments for a lint, and with labels that it has to reckon. */
const LINTED_RULES = [
  `# pint file/disable promql/rate(x)
groups:
- name: a
  rules:
  # nines snooze 2027-01-31 alerts/for
  - record: a:b
    expr: sum without (zone) (rate(a:b[5m])) / on (job) group_left (x) y
  - alert: A # pint ignore/line
    expr: label_replace(x, "a", "$1", "b", "(.*)") > topk(1, count_values("v", y))
    annotations: {summary: '{{ index $labels "a" }} {{ .Labels.b }}'}
`,
];
const SLO_HEAD = 'apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n';
const SLOS = [
  `${SLO_HEAD}  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  objectives: [{target: 0.999}]
  indicator: {spec: {ratioMetric: {counter: true, good: &g {metricSource: {type: Prometheus, spec: {query: a}}}, total: *g}}}
`,
  `${SLO_HEAD}  budgetingMethod: Timeslices
  timeWindow: [{duration: 1Q, calendar: {startTime: 2026-01-01 00:00}}]
  objectives: [{target: 0.9, timeSliceWindow: 1m, timeSliceTarget: 0.9}]
`,
];
const YAML = [
  'a: &r {b: [1, "x\\n", ~], c: 2.5}\nd: *r\n',
  '- |\n  text\n  more\n- >-\n  folded\n- ? k\n  : v\n',
  "x: !!str 5\n<<: {y: 'it''s'}\n# note\nz:\n  - 1\n  - {q: true}\n",
  '---\na: 1\n...\n',
];
const RULE_TESTS = `rule_files: [r.yml]
evaluation_interval: 30s
group_eval_order: [a]
tests:
- name: x
  interval: 10s
  start_timestamp: 2024-01-01T00:00:00Z
  input_series: [{series: 'up{job="a"}', values: '1 _ 2+1x3 stale'}]
  external_labels: {dc: east}
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts: [{exp_labels: {a: b}, exp_annotations: {summary: "x"}}]
  promql_expr_test: [{expr: up, eval_time: 0, exp_samples: [{labels: up, value: -1e3, histogram: '{{}}'}]}]
`;
export const YAML_PIECES = [
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
    corpus: YAML,
    pieces: YAML_PIECES,
    read: (text) => walk(readYaml({ text, file: 'f.yaml' }).root),
  }),
  ofText({
    name: 'config',
    corpus: CONFIGS,
    pieces: YAML_PIECES,
    read: (text) => readConfig({ text, file: undefined, checkExpression, readNamed: () => [] }),
  }),
  ofText({
    name: 'board',
    corpus: BOARDS,
    pieces: YAML_PIECES,
    read: (text) => readBoard({ file: 'shop.yaml', text }),
  }),
  ofText({
    name: 'rule-file',
    corpus: RULES,
    pieces: YAML_PIECES,
    read: (text) => readRuleFile({ text, file: 'r.yaml', checkExpression }),
  }),
  ofText({
    name: 'rule-lint',
    corpus: [...LINTED_RULES, ...RULES],
    pieces: YAML_PIECES,
    read: (text) =>
      lintText([{ file: 'r.yaml', text }], { checkExpression }, { intervalMs: 60_000, nowMs: 0 }),
  }),
  ofText({
    name: 'rule-test-file',
    corpus: [RULE_TESTS],
    pieces: YAML_PIECES,
    read: (text) => readRuleTestFile({ text, file: 't.yaml' }),
  }),
  ofText({
    name: 'probe-modules',
    corpus: PROBE_MODULES,
    pieces: YAML_PIECES,
    read: (text) => readModuleFile({ text, file: 'b.yml' }),
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
    corpus: SLOS,
    pieces: YAML_PIECES,
    read: (text) => readSlos([{ file: 's.yaml', text }]),
  }),
];
