/**
 * Plays the transcripts of testdata/alerts: a rule, results of its expression over time, and what
 * becomes of its alerts. `UPDATE=1` writes the answers into the files; review them with git diff.
 *
 *   rule            the rule, one `field: value` a line
 *   at TIME [...]   one evaluation with `VALUE {labels}` a line; `held` keeps all that is absent,
 *                   `limit=N` sets the limit of the group
 *   restart         the state goes through JSON, as a store would keep it
 *
 * Each answer lists the changes, marked with `*`, then the active alerts.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { errorMessage, formatDuration, parseDuration } from '../platform/index.ts';
import {
  createLabels,
  createLabelsFromPairs,
  EMPTY_LABELS,
  formatLabels,
} from '../series/index.ts';
import {
  type ActiveAlerts,
  type AlertInstance,
  type CompiledAlertRule,
  compileAlertRule,
  stepAlertRule,
} from './alert-state.ts';
import type { VectorSample } from './engine.ts';
import type { AlertRule, TextPairs } from './rule.ts';

const FOLDER = join(import.meta.dirname, 'testdata', 'alerts');

class Player {
  #rule: CompiledAlertRule | undefined;
  #active: ActiveAlerts = new Map();

  play(command: string, input: readonly string[]): readonly string[] {
    const [verb, ...args] = command.split(' ');
    switch (verb) {
      case 'rule':
        this.#rule = parseRule(input);
        return [];
      case 'at':
        return this.#evaluate(args, input);
      case 'restart': {
        const stored: unknown = JSON.parse(JSON.stringify([...this.#active]));
        assert.ok(isStored(stored));
        this.#active = new Map(stored);
        return [];
      }
      default:
        throw new Error(`unknown command ${verb}`);
    }
  }

  #evaluate([time, ...flags]: readonly string[], input: readonly string[]): readonly string[] {
    assert.ok(this.#rule !== undefined, 'a rule comes first');
    const limit = flags.find((flag) => flag.startsWith('limit='));
    const errors: string[] = [];
    try {
      const { active, transitions } = stepAlertRule({
        rule: this.#rule,
        active: this.#active,
        samples: input.map(parseSample),
        nowMs: parseDuration(time),
        limit: Number(limit?.slice('limit='.length) ?? 0),
        isHeld: () => flags.includes('held'),
        context: {
          externalLabels: createLabels({ region: 'eu' }),
          environment: { nowMs: 0, externalUrl: 'http://nines', query: () => [] },
          onError: (message) => errors.push(`template: ${message}`),
        },
      });
      this.#active = active;
      const changes = transitions.map(
        ({ kind, alert, reason }) => `* ${kind} ${formatLabels(alert.labels)}: ${reason}`,
      );
      return [...errors, ...changes, ...this.#list()];
    } catch (error) {
      return [`error: ${errorMessage(error)}`, ...this.#list()];
    }
  }

  #list(): readonly string[] {
    return [...this.#active.values()].map(formatAlert);
  }
}

function isStored(value: unknown): value is [string, AlertInstance][] {
  return Array.isArray(value);
}

function formatAlert(alert: AlertInstance): string {
  const times = [
    `active ${formatDuration(alert.activeAtMs)}`,
    alert.firedAtMs === undefined ? '' : ` fired ${formatDuration(alert.firedAtMs)}`,
    alert.keepFiringSinceMs === undefined ? '' : ` kept ${formatDuration(alert.keepFiringSinceMs)}`,
  ];
  const annotations = Object.entries(alert.annotations).map(([name, text]) => ` ${name}=${text}`);
  const head = `${alert.state} ${formatLabels(alert.labels)} ${alert.value}`;
  return `${head} ${times.join('')}${annotations.join('')}`;
}

function parseSample(line: string): VectorSample {
  const match = /^(\S+) \{(.*)\}$/.exec(line);
  assert.ok(match !== null, `not a sample: ${line}`);
  const pairs = match[2].matchAll(/(\w+)="([^"]*)"/g);
  const labels = createLabelsFromPairs(
    [...pairs].map(([, name, value]): [string, string] => [name, value]),
  );
  return { value: Number(match[1]), labels };
}

function parseRule(input: readonly string[]): CompiledAlertRule {
  const fields = new Map(
    input.map((line) => {
      const [, name, value] = /^(\S+):(.*)$/.exec(line) ?? [];
      return [name, value.trim()] as const;
    }),
  );
  const pairs = (prefix: string): TextPairs =>
    [...fields].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    );
  return compileAlertRule(
    {
      kind: 'alert',
      name: fields.get('alert') ?? 'A',
      expression: 'expr',
      forMs: parseDuration(fields.get('for') ?? '0'),
      keepFiringForMs: parseDuration(fields.get('keep_firing_for') ?? '0'),
      labels: pairs('label.'),
      annotations: pairs('annotation.'),
      place: { file: 'f', line: 1, column: 1 },
    },
    { key: 'g/A{}', groupName: 'g' },
  );
}

/** Plays a transcript, and answers it with the answers as they are now. */
function playTranscript(text: string): string {
  const player = new Player();
  return text
    .split('\n\n')
    .map((block) => {
      const lines = block.trimEnd().split('\n');
      const comments = lines.filter((line) => line.startsWith('#'));
      const rest = lines.filter((line) => !line.startsWith('#') && line !== '');
      if (rest.length === 0) return comments.join('\n');
      const separator = rest.indexOf('----');
      const [command, ...input] = separator < 0 ? rest : rest.slice(0, separator);
      const answer = player.play(command, input);
      return [...comments, command, ...input, '----', ...answer].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

describe('the states of alerts', () => {
  for (const file of readdirSync(FOLDER).sort()) {
    it(`play ${file}`, () => {
      const path = join(FOLDER, file);
      const text = readFileSync(path, 'utf8');
      const answer = playTranscript(text);
      if (process.env.UPDATE === '1') writeFileSync(path, answer);
      else assert.equal(answer, text);
    });
  }

  it('take annotations from code, which win over texts and cannot keep an alert from firing', () => {
    const described = parseRule(['annotation.summary: text', 'annotation.owner: shop']);
    const errors: string[] = [];
    const annotationsOf = (annotate: AlertRule['annotate']): unknown => {
      const rule = { ...described, rule: { ...described.rule, annotate } };
      const context = {
        externalLabels: EMPTY_LABELS,
        environment: { nowMs: 7, externalUrl: '', query: () => [] },
        onError: (message: string) => void errors.push(message),
      };
      const samples = [parseSample('2.5 {a="b"}')];
      const step = { rule, active: new Map(), samples, nowMs: 7, limit: 0, context };
      const [transition] = stepAlertRule(step).transitions;
      assert.equal(transition.kind, 'firing');
      return transition.alert.annotations;
    };
    assert.deepEqual(
      annotationsOf(({ value }, atMs) => ({ summary: `${value} at ${atMs}` })),
      { summary: '2.5 at 7', owner: 'shop' },
    );
    const fail = (): never => {
      throw new Error('no figures');
    };
    assert.deepEqual(annotationsOf(fail), { summary: 'text', owner: 'shop' });
    assert.deepEqual(errors, ['cannot describe alert A: no figures']);
  });

  it('leave the given state alone', () => {
    const rule = parseRule(['for: 1m']);
    const active: ActiveAlerts = new Map();
    const context = {
      externalLabels: EMPTY_LABELS,
      environment: { nowMs: 0, externalUrl: '', query: () => [] },
      onError: () => {},
    };
    const samples = [parseSample('1 {a="b"}')];
    const first = stepAlertRule({ rule, active, samples, nowMs: 0, limit: 0, context });
    const snapshot = JSON.stringify([...first.active]);
    stepAlertRule({ rule, active: first.active, samples, nowMs: 60_000, limit: 0, context });
    stepAlertRule({ rule, active: first.active, samples: [], nowMs: 60_000, limit: 0, context });
    assert.equal(active.size, 0);
    assert.equal(JSON.stringify([...first.active]), snapshot);
  });
});
