/**
 * Plays the transcripts in testdata. A command stands above `----`, what it led to below: entries
 * of history as `time kind reason`, and attempts as `time => channel`. `UPDATE=1` writes what
 * happened into the files, to be reviewed as a change.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseSelector, type Service } from '../catalog/index.ts';
import type { Outcome } from '../notify/index.ts';
import { errorMessage, parseDuration, readYaml } from '../platform/index.ts';
import { labelsRecord } from '../series/index.ts';
import type { Transition } from './lifecycle.ts';
import type { AlertFile } from './model.ts';
import { describePaging } from './page-status.ts';
import { readEscalationPolicies } from './policy.ts';
import {
  createStage,
  createTransition,
  type Receive,
  STAGE_START_MS,
  type Stage,
} from './testing.ts';

const FOLDER = new URL('testdata/', import.meta.url);
const CHANNELS = ['browser', 'webhook/ops', 'webhook/chat', 'webhook/mina'];

describe('transcripts', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))) {
    it(name.replace('.txt', '').replaceAll('-', ' '), async () => {
      const file = new URL(name, FOLDER);
      const want = readFileSync(file, 'utf8');
      const got = await play(want);
      if (process.env.UPDATE === '1') writeFileSync(file, got);
      else assert.equal(got, want);
    });
  }
});

async function play(text: string): Promise<string> {
  const stage = await createStage();
  const output: string[] = [];
  for (const block of text.trim().split(/\n\n+/)) {
    const [input] = block.split('\n----');
    output.push(input);
    const commands = input.split('\n').filter((line) => !line.startsWith('#') && line !== '');
    if (commands.length > 0) output.push('----', ...(await perform(stage, commands)));
    output.push('');
  }
  return output.join('\n');
}

async function perform(stage: Stage, commands: readonly string[]): Promise<readonly string[]> {
  const entryCount = stage.store.history.length;
  const sentCount = stage.sent.length;
  const said: string[] = [];
  for (const command of commands) {
    try {
      said.push(...(await obey(stage, command)));
    } catch (error) {
      said.push(`refused: ${errorMessage(error)}`);
    }
    await stage.tick();
  }
  const entries = stage.store.history.slice(entryCount).map((entry) => ({
    atMs: entry.atMs,
    line: `${entry.kind}  ${entry.reason}`,
  }));
  const sent = stage.sent.slice(sentCount).map(({ atMs, channel, message }) => ({
    atMs,
    line: `=> ${channel}: ${message.title}. ${message.body}`,
  }));
  const lines = [...entries, ...sent]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, line }) => `${new Date(atMs).toISOString().slice(11, 19)} ${line}`);
  const shown = [...said, ...lines].map((line) => line.replaceAll(/\bal_[0-9a-z]{16}\b/g, 'al_…'));
  return shown.length === 0 ? ['(nothing)'] : shown;
}

async function obey(stage: Stage, command: string): Promise<readonly string[]> {
  const [verb, ...words] = command.split(' ');
  const rest = words.join(' ');
  const { service } = stage.core();
  switch (verb) {
    case 'policies':
      stage.setPolicies(parsePolicies(rest));
      return [];
    case 'service':
      stage.catalog.apply([parseService(words)]);
      return [];
    case 'reply':
      stage.receivers.set(words[0], parseReply(words.slice(1)));
      return [];
    case 'pending':
    case 'firing':
    case 'resolved':
    case 'dropped':
      await service.applyTransitions([parseTransition(stage, verb, { text: rest })]);
      return [];
    case 'probation': {
      // probation AUTHOR UNTIL VERB ALERT: what a rule on probation says.
      const [author, until, kind, alert] = words;
      assert.ok(kind === 'pending' || kind === 'firing' || kind === 'resolved');
      const days = { nines_author: author, nines_probation: `2026-01-01/${until}` };
      await service.applyTransitions([
        parseTransition(stage, kind, { text: alert, annotations: days }),
      ]);
      return [];
    }
    case 'advance':
      await stage.advance(parseDuration(rest));
      return [];
    case 'sleep':
      // The machine is suspended: time passes, and nobody ticks.
      stage.clock.advance(parseDuration(rest));
      return [];
    case 'set-back':
      stage.clock.jump(-parseDuration(rest));
      return [];
    case 'database':
      stage.store.mood = rest === 'away' ? 'refuses' : 'well';
      return [];
    case 'crash':
      await stage.restart();
      return [];
    case 'ack':
      await service.acknowledge(findAlert(stage, words[0]), words[1]);
      return [];
    case 'resolve':
      await service.resolve(findAlert(stage, words[0]), words[1], words.slice(2).join(' '));
      return [];
    case 'raise':
      await stage.core().internal.raiseInternal({
        name: rest,
        labels: {},
        annotations: { summary: `${rest} in Nines` },
        output: 'page',
      });
      return [];
    case 'clear':
      await stage.core().internal.clearInternal(rest);
      return [];
    case 'test-page':
      await stage.core().requestTestPage(rest);
      return [];
    case 'silence': {
      const [name, by, lasts, ...comment] = words;
      const nowMs = stage.clock.now();
      stage.silences.set(name, {
        id: `s-${name}`,
        fromMs: nowMs,
        untilMs: nowMs + parseDuration(lasts),
        by,
        comment: comment.join(' '),
      });
      await service.reviewSilences();
      return [];
    }
    case 'unsilence':
      stage.silences.delete(rest);
      await service.reviewSilences();
      return [];
    case 'browser-opens':
      stage.core().worker.noteBrowser(words[0] ?? '');
      return [];
    case 'tag':
      await service.setTags(findAlert(stage, words[0]), words[1], words.slice(2));
      return [];
    case 'posted':
    case 'notified':
      return receive(stage, verb, words);
    case 'status':
      return [...stage.core().book.files()].map(formatStatus);
    default:
      throw new Error(`unknown command ${verb}`);
  }
}

/** `posted LABELS [ENDS-IN|over]`: as Prometheus sends it; `notified LABELS STATUS`: as Alertmanager. */
async function receive(
  stage: Stage,
  verb: 'posted' | 'notified',
  [text, what = '']: readonly string[],
): Promise<readonly string[]> {
  const { receiver } = stage.core();
  const { labels } = parseTransition(stage, 'firing', { text }).alert;
  const nowMs = stage.clock.now();
  const alert = {
    labels: labelsRecord(labels),
    annotations: { summary: 'it is bad' },
    startsAt: new Date(STAGE_START_MS).toISOString(),
    generatorURL: 'http://prom.example:9090/graph',
  };
  const address = '10.0.0.7';
  if (verb === 'notified') {
    const body = {
      version: '4',
      externalURL: 'http://am.example',
      alerts: [{ ...alert, status: what }],
    };
    return receiver.takeNotified(body, { address, userAgent: 'Alertmanager/0.28.0' });
  }
  const endsAtMs = nowMs + (what === 'over' || what === '' ? 0 : parseDuration(what));
  const endsAt = what === '' ? {} : { endsAt: new Date(endsAtMs).toISOString() };
  const body = [{ ...alert, ...endsAt }];
  return receiver.takePosted(body, { address, userAgent: 'Prometheus/3.5.0' });
}

function formatStatus({ alert, pages }: AlertFile): string {
  return `${alert.name} is ${alert.state}: ${describePaging(alert, pages)}`;
}

function parsePolicies(text: string) {
  const { root, faults } = readYaml({ text: `policies: ${text}`, file: 'policies' });
  const policies = readEscalationPolicies(root.fields(['policies']).find('policies'), CHANNELS);
  assert.deepEqual(faults, []);
  return policies;
}

function parseService([name, selector, escalationPolicy]: readonly string[]): Service {
  const isDeclared = true;
  const selectors = [parseSelector(selector)];
  const owner = 'Team Shop';
  const playbook = 'https://wiki.example/shop';
  return { name, owner, description: undefined, selectors, playbook, escalationPolicy, isDeclared };
}

function parseReply([state, ...words]: readonly string[]): Receive {
  const reason = words.join(' ');
  const retryAfterMs = undefined;
  const replies: Record<string, () => Outcome | Promise<Outcome>> = {
    delivered: () => ({ state: 'delivered', reason }),
    failed: () => ({ state: 'failed', reason }),
    retry: () => ({ state: 'retry', reason, retryAfterMs, mayHaveArrived: false }),
    lost: () => ({ state: 'retry', reason, retryAfterMs, mayHaveArrived: true }),
    hangs: async () => new Promise(() => {}),
  };
  assert.ok(state in replies, `unknown reply ${state}`);
  return replies[state];
}

function parseTransition(
  stage: Stage,
  kind: Transition['kind'],
  said: { readonly text: string; readonly annotations?: Readonly<Record<string, string>> },
): Transition {
  const { text, annotations = {} } = said;
  const [name, braces = '}'] = text.split('{');
  const labels: Record<string, string> = { alertname: name };
  for (const pair of braces.slice(0, -1).split(',').filter(Boolean)) {
    const [key, value] = pair.split('=');
    labels[key] = value;
  }
  return createTransition(kind, labels, { atMs: stage.clock.now(), annotations });
}

/** The newest alert of a name, open or not. */
function findAlert(stage: Stage, name: string): string {
  const files = [...stage.core().book.files()].filter(({ alert }) => alert.name === name);
  const id = files.at(-1)?.alert.id ?? stage.store.history.at(-1)?.alertId;
  assert.ok(id !== undefined, `there is no alert ${name}`);
  return id;
}
