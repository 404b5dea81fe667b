/**
 * Compares what random templates give with what promtool gives, where there is a promtool: each
 * becomes an annotation of its own alert, and a rule unit test expects our text.
 *
 * Left out of the grammar is what differs between versions of Go (ranging over ints, types in
 * messages about the root) and what ADR 0045 leaves out.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels, EMPTY_LABELS } from '../series/index.ts';
import { compileAlertText } from './alert-template.ts';
import { TemplateSyntaxError } from '../template/index.ts';

const PROMTOOL = 'promtool';

const NUMBERS = ['1', '2.5', '-3', '0x1f', '1e3', '1e15', '0', '0.5', '2.5e-7', '123456789', '1.0'];
const EDGES = ["'a'", '0.125', '1_000', '9.999995', '1048576', '$value', '.Value', 'true'];
const TEXTS = ['"a"', '"hello world"', '`raw "x"`', '"é€"', '"<b>&\'"', '"10.0.0.1:80"', '""'];
const HOSTS = [
  '"foo.example.com:9090"',
  '"[::1]:80"',
  '"1.5"',
  '"one"',
  '"a/b c"',
  '"%d"',
  '"\\x41"',
];
const PATHS = [
  '$labels.job',
  '$labels.none',
  '.Labels.instance',
  '$labels',
  '$labels.job.x',
  'nil',
];
const QUERIES = [
  '(query "metric" | first | value)',
  '(query "nope")',
  '(query "metric" | sortByLabel "instance" | first).Labels.instance',
];
const LEAVES = [...NUMBERS, ...EDGES, ...TEXTS, ...HOSTS, ...PATHS, ...QUERIES];
const ONE =
  'humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|toUpper|toLower|title|len|print|html|js|urlquery|not|stripPort|stripDomain|graphLink|parseDuration|println|first|value'.split(
    '|',
  );
const TWO = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'print', 'index', 'slice', 'args'];
const THREE = ['and', 'or', 'print', 'slice', 'reReplaceAll'];
const VERBS =
  '%v|%d|%s|%q|%5.2f|%g|%t|%c|%e|%-8s;|%+d|%6v;|%.3s|%U|%%|%*d|% d|%z|%G|%3c;|%[1]v'.split('|');
const TIMES = ['Format "2006-01-02T15:04:05Z07:00 Mon Jan _2 3PM .000"', 'Year', 'String', 'Day'];

/** Writes random templates, most of which parse. */
class Writer {
  readonly #random: () => number;

  constructor(seed: number) {
    const random = createSeededRandom(seed);
    this.#random = () => random.float();
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)];
  }

  #operand(depth: number): string {
    return this.#random() < 0.75 || depth > 2 ? this.#pick(LEAVES) : `(${this.#pipe(depth + 1)})`;
  }

  #printf(depth: number): string {
    const verbs = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () =>
      this.#pick(VERBS),
    );
    const args = Array.from({ length: Math.floor(this.#random() * 4) }, () => this.#operand(depth));
    return `printf ${JSON.stringify(verbs.join(' '))} ${args.join(' ')}`;
  }

  #pipe(depth = 0): string {
    const arg = (): string => this.#operand(depth);
    return this.#pick([
      arg,
      () => `${this.#pick(ONE)} ${arg()}`,
      () => `${arg()} | ${this.#pick(ONE)}`,
      () => `${this.#pick(TWO)} ${arg()} ${arg()}`,
      () => `${arg()} | ${this.#pick(TWO)} ${arg()}`,
      () => `${this.#pick(THREE)} ${arg()} ${arg()} ${arg()}`,
      () => this.#printf(depth),
      () => `reReplaceAll "(a|o)(.)" ${this.#pick(['"<$1>"', '"${2}_$1"', '"$1x"'])} ${arg()}`,
      () => `match "^[a-h]+" ${arg()}`,
      () => `(${arg()} | toTime).${this.#pick(TIMES)}`,
    ])();
  }

  template(): string {
    const pipe = this.#pipe();
    return this.#pick([
      `{{ ${pipe} }}`,
      `{{ ${pipe} }}`,
      `{{ if ${pipe} }}yes{{ else }}no{{ end }}`,
      `{{ with ${pipe} }}[{{ . }}]{{ else }}none{{ end }}`,
      `{{ range $k, $v := args ${pipe.replaceAll('|', '')} }}{{ $k }}={{ $v }};{{ end }}`,
      `a {{ $x := ${pipe} -}}  {{ $x }} {{- $x }}`,
      `{{ define "t" }}({{ . }}){{ end }}{{ template "t" (${pipe}) }}`,
      `x {{- /* c */ -}} y{{ ${pipe} }}`,
    ]);
  }
}

const LABELS = { job: 'api', instance: 'i1:80', code: '500' };
const METRIC = { labels: createLabels({ __name__: 'metric', ...LABELS }), value: 1234.5678 };

/** What we make of a template; undefined where it does not parse. */
function expand(name: string, text: string): string | undefined {
  try {
    return compileAlertText(name, text)(METRIC, {
      externalLabels: EMPTY_LABELS,
      environment: {
        nowMs: 0,
        externalUrl: '',
        query: (expression) => (expression === 'metric' ? [METRIC] : []),
      },
      onError: () => {},
    });
  } catch (error) {
    assert.ok(error instanceof TemplateSyntaxError);
    return undefined;
  }
}

/** Files for `promtool test rules`: one alert and one expectation for each template. */
function createSuite(cases: readonly (readonly [name: string, text: string, want: string])[]) {
  const rules = cases.map(([alert, text]) => ({
    alert,
    expr: 'metric',
    annotations: { text },
  }));
  const expectations = cases.map(([alertname, , want]) => ({
    eval_time: '0m',
    alertname,
    exp_alerts: [{ exp_labels: LABELS, exp_annotations: { text: want } }],
  }));
  return {
    rules: { groups: [{ name: 'g', rules }] },
    tests: {
      rule_files: ['rules.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: 'metric{job="api",instance="i1:80",code="500"}', values: '1234.5678' },
          ],
          alert_rule_test: expectations,
        },
      ],
    },
  };
}

describe('templates beside promtool', () => {
  const found = spawnSync(PROMTOOL, ['--version'], { encoding: 'utf8' });
  const skip = found.status === 0 ? false : 'no promtool';

  it('give the same texts', { skip }, () => {
    const seed = 20260705;
    const writer = new Writer(seed);
    const cases: [string, string, string][] = [];
    for (let i = 0; cases.length < 500; i++) {
      const name = `T${i}`;
      const text = writer.template();
      const want = expand(name, text);
      // Addresses of samples cannot be compared, nor can an annotation without text.
      if (want !== undefined && want !== '') cases.push([name, text, want]);
    }
    const folder = mkdtempSync(join(tmpdir(), 'nines-promtool-'));
    try {
      const { rules, tests } = createSuite(cases);
      writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules));
      writeFileSync(join(folder, 'tests.yml'), JSON.stringify(tests));
      const run = spawnSync(PROMTOOL, ['test', 'rules', 'tests.yml'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(run.status, 0, `seed ${seed}\n${run.stdout}${run.stderr}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
