/**
 * Random lives of alerts, on a clock that jumps, with receivers and a database that fail and a
 * process that is killed. What must hold is checked after every move.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../notify/index.ts';
import { AppError, createSeededRandom, type Random } from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { instanceKey } from './book.ts';
import { type AlertFile, isOpenPage, wantsPages } from './model.ts';
import { type EscalationPolicy, stepAt } from './policy.ts';
import { createStage, createTransition, type Stage } from './testing.ts';

const SEEDS = 20;
const MOVES = 120;
const CHANNELS = ['browser', 'webhook/ops', 'webhook/chat'];
const POLICY: EscalationPolicy = {
  name: 'default',
  steps: [
    { notify: ['browser', 'webhook/ops'], waitMs: 60_000 },
    { notify: ['webhook/chat', 'webhook/ops'], waitMs: 120_000 },
  ],
  repeatCount: 1,
};
const NAMES = ['A', 'B', 'C', 'D'];

describe('alerts, whatever happens', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`keep their promises with seed ${seed}`, async () => {
      const world = await createWorld(seed);
      for (let move = 0; move < MOVES; move++) {
        await world.move();
        world.check();
      }
      await world.heal();
      world.check();
      world.checkHealed();
    });
  }
});

interface World {
  move(): Promise<void>;
  check(): void;
  /** Everything is well again, and time passes. */
  heal(): Promise<void>;
  checkHealed(): void;
}

async function createWorld(seed: number): Promise<World> {
  const random = createSeededRandom(seed);
  const stage = await createStage({ policies: [POLICY], random: createSeededRandom(seed + 1000) });
  const rules = createRules(stage, random);
  const people = createPeople(stage, random);
  const silences = createSilences(stage, random);
  // Half of the worlds have a steady clock, so that the order of times can be checked there.
  const isSteady = seed % 2 === 0;
  const moves: readonly (() => Promise<void>)[] = [
    async () => rules.evaluate(),
    async () => rules.evaluate(),
    async () => people.act(),
    async () => silences.change(),
    async () => stage.advance(pick(random, [1, 5, 30, 60, 150]) * 1000),
    async () => stage.advance(1000),
    async () => changeReceiver(stage, random),
    async () => {
      stage.store.mood = pick(random, ['well', 'well', 'refuses', 'forgets to answer']);
    },
    async () => rules.audit(),
    async () => {
      if (random.float() < 0.3) await kill(stage, rules);
    },
    async () => {
      if (!isSteady) stage.clock.jump(pick(random, [-3_600_000, -60_000, 60_000, 3_600_000]));
    },
    async () => stage.clock.advance(pick(random, [1, 60, 600]) * 1000),
  ];
  return {
    async move() {
      await pick(random, moves)();
      // What was claimed leaves before anything else happens.
      await new Promise<void>((done) => setImmediate(done));
    },
    check() {
      people.check();
      silences.check();
      checkHistory(stage, isSteady);
      checkDeadlines(stage);
    },
    async heal() {
      stage.store.mood = 'well';
      for (const channel of CHANNELS) stage.receivers.delete(channel);
      stage.silences.clear();
      // What hangs now would hang for ever; a kill ends it, as the timeout of a request would.
      await kill(stage, rules);
      for (let minute = 0; minute < 15; minute++) {
        await rules.audit();
        await stage.advance(60_000);
      }
    },
    checkHealed() {
      assert.deepEqual(rules.known(), rules.active());
      assert.deepEqual(stage.core().book.unsaved(), []);
      for (const file of stage.core().book.files()) checkPaged(stage, file);
    },
  };
}

/** The rule engine's side: a state per instance, taken over only when it was stored. */
function createRules(stage: Stage, random: Random) {
  const states = new Map<string, AlertInstance>();
  const labelsOf = (name: string) => ({
    alertname: name,
    severity: name === 'D' ? 'ticket' : 'page',
  });
  const nextKind = (name: string) => {
    const state = states.get(name)?.state;
    if (state === undefined) return pick(random, ['pending', 'firing'] as const);
    if (state === 'firing') return 'resolved';
    return pick(random, ['firing', 'dropped'] as const);
  };
  const format = (alerts: Iterable<AlertInstance>): readonly string[] =>
    [...alerts].map((alert) => `${instanceKey(alert)} ${alert.state}`).toSorted();
  return {
    async evaluate() {
      const names = NAMES.filter(() => random.float() < 0.4);
      const transitions = names.map((name) =>
        createTransition(nextKind(name), labelsOf(name), {
          atMs: stage.clock.now(),
          value: Math.round(random.float() * 10),
        }),
      );
      try {
        await stage.core().service.applyTransitions(transitions);
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
        return;
      }
      transitions.forEach(({ alert }, at) => {
        if (alert.state === 'inactive') states.delete(names[at]);
        else states.set(names[at], alert);
      });
    },
    restore() {
      states.clear();
      for (const alert of stage.core().service.listActive()) {
        const at = alert.labels.names.indexOf('alertname');
        states.set(alert.labels.values[at], alert);
      }
    },
    async audit() {
      const rules = NAMES.map((name) => {
        const state = states.get(name);
        return { ruleKey: `test/${name}{}`, active: state === undefined ? [] : [state] };
      });
      await stage.core().audit(rules);
    },
    active: () => format(states.values()),
    known: () => format(stage.core().service.listActive()),
  };
}

/**
 * Killed and started again. What was answered is still there; a write that happened although it was
 * said to have failed may be there too, and then counts for the rules as well.
 */
async function kill(stage: Stage, rules: ReturnType<typeof createRules>): Promise<void> {
  const isSure = stage.store.forgottenCount === 0;
  const before = rules.active();
  stage.store.mood = 'well';
  stage.store.forgottenCount = 0;
  await stage.restart();
  if (isSure) assert.deepEqual(rules.known(), before);
  rules.restore();
}

/** People who acknowledge and resolve, and remember that they did. */
function createPeople(stage: Stage, random: Random) {
  /** How many attempts and entries there had been when a person stopped an alert. */
  const stopped = new Map<string, { readonly sentCount: number; readonly entryCount: number }>();
  const isReopened = (id: string, entryCount: number): boolean =>
    [
      ...stage.store.history,
      ...stage
        .core()
        .book.unsaved()
        .flatMap(({ entries }) => entries),
    ].some(
      (entry) =>
        entry.alertId === id && entry.sequence >= entryCount && entry.kind === 'alert.reopened',
    );
  return {
    async act() {
      const files = [...stage.core().book.files()];
      if (files.length === 0) return;
      const { id } = pick(random, files).alert;
      const { service } = stage.core();
      try {
        if (random.float() < 0.7) await service.acknowledge(id, 'Mina');
        else await service.resolve(id, 'Noah', 'looks fine');
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
        return;
      }
      const entryCount = stage.core().book.findFile(id)?.alert.historyCount ?? 0;
      stopped.set(id, { sentCount: stage.sent.length, entryCount });
    },
    /** Nothing is sent after the word of a person but what was on its way. */
    check() {
      for (const { alert } of stage.core().book.files())
        if (wantsPages(alert)) stopped.delete(alert.id);
      for (const [id, { sentCount, entryCount }] of stopped) {
        if (isReopened(id, entryCount)) {
          stopped.delete(id);
          continue;
        }
        const late = stage.sent
          .slice(sentCount)
          .filter(({ message }) => message.alert.id === id && message.kind === 'page');
        assert.deepEqual(late, [], `paged after a person stopped ${id}`);
      }
    },
  };
}

/** Silences that begin, change and end, some of them by themselves. */
function createSilences(stage: Stage, random: Random) {
  let checkedCount = 0;
  return {
    async change() {
      const name = pick(random, NAMES);
      const nowMs = stage.clock.now();
      const lastsMs = pick(random, [30, 300, 3_600]) * 1000;
      const fromMs = nowMs + pick(random, [0, 0, 45_000]);
      if (random.float() < 0.4) stage.silences.delete(name);
      else {
        const id = `s${Math.floor(random.float() * 1000)}`;
        stage.silences.set(name, {
          id,
          fromMs,
          untilMs: fromMs + lastsMs,
          by: 'Mina',
          comment: 'known',
        });
      }
      await stage.core().service.reviewSilences();
    },
    /** Nobody was paged while a silence was in force, and who is kept quiet knows by what. */
    check() {
      for (; checkedCount < stage.sent.length; checkedCount++) {
        const { message, silencedBy } = stage.sent[checkedCount];
        if (message.kind === 'page') assert.equal(silencedBy, undefined, 'paged while silenced');
      }
      for (const { alert } of stage.core().book.files()) {
        if (alert.silence === undefined) continue;
        assert.ok(alert.state === 'firing' && alert.acknowledgedAtMs === undefined);
        assert.equal(alert.nextStepAtMs, undefined, 'a silenced alert goes on to the next step');
      }
    },
  };
}

function changeReceiver(stage: Stage, random: Random): void {
  const channel = pick(random, CHANNELS);
  const retryAfterMs = pick(random, [undefined, 90_000]);
  const outcomes: readonly Outcome[] = [
    { state: 'delivered', reason: 'with answer 204' },
    { state: 'failed', reason: 'it answered 404' },
    { state: 'retry', reason: 'it answered 503', retryAfterMs, mayHaveArrived: false },
  ];
  const outcome = pick(random, outcomes);
  if (random.float() < 0.2) stage.receivers.set(channel, async () => new Promise(() => {}));
  else stage.receivers.set(channel, () => outcome);
}

/** Entries are numbered through, none is missing, and the alert knows how many there are. */
function checkHistory(stage: Stage, isSteady: boolean): void {
  const byAlert = Map.groupBy(stage.store.history, (entry) => entry.alertId);
  for (const [id, entries] of byAlert) {
    const inOrder = entries.toSorted((a, b) => a.sequence - b.sequence);
    assert.deepEqual(
      inOrder.map((entry) => entry.sequence),
      inOrder.map((_, at) => at),
    );
    const unsaved = stage
      .core()
      .book.unsaved()
      .find(({ file }) => file.alert.id === id);
    const count = stage.core().book.findFile(id)?.alert.historyCount;
    const isExact = count !== undefined && stage.store.forgottenCount === 0;
    if (isExact) assert.equal(entries.length + (unsaved?.entries.length ?? 0), count);
    const times = inOrder.map((entry) => entry.atMs);
    if (isSteady)
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
  }
}

/** Whoever should be paged has a next step within its wait, or was told that there is none. */
function checkDeadlines(stage: Stage): void {
  for (const { alert, pages } of stage.core().book.files()) {
    const isResolved = alert.state === 'resolved';
    assert.equal(isResolved, alert.resolvedAtMs !== undefined);
    if (!wantsPages(alert)) {
      assert.equal(alert.nextStepAtMs, undefined);
      const queued = pages.filter((page) => page.kind === 'page' && page.state === 'queued');
      assert.deepEqual(queued, [], 'a page waits that nobody wants');
      continue;
    }
    if (alert.silence !== undefined) {
      assert.deepEqual(
        pages.filter(({ kind, state }) => kind === 'page' && state === 'queued'),
        [],
      );
      continue;
    }
    assert.ok(alert.stepsBegun > 0, 'a page alert fires and no step was begun');
    const { notify } = stepAt(POLICY, alert.stepsBegun - 1);
    for (const channel of notify) {
      const page = pages.find((each) => each.channel === channel && each.step === alert.stepsBegun);
      assert.ok(page !== undefined, `step ${alert.stepsBegun} has no page to ${channel}`);
    }
  }
}

/** All is well and a quarter of an hour has passed: every step was gone through, every page has an end. */
function checkPaged(stage: Stage, { alert, pages }: AlertFile): void {
  assert.deepEqual(pages.filter(isOpenPage), [], 'a page is still open');
  if (!wantsPages(alert)) return;
  assert.equal(alert.nextStepAtMs, undefined, 'the escalation has not come to its end');
  const entries = stage.store.history.filter((entry) => entry.alertId === alert.id);
  for (const page of pages) {
    const own = entries.filter((entry) => entry.pageId === page.id);
    assert.ok(own.length > 0, `page ${page.id} has no history`);
  }
  assert.ok(
    pages.some((page) => page.state === 'delivered') ||
      entries.some((entry) => entry.kind === 'page.failed' || entry.kind === 'page.not_sent'),
    'nobody was paged and nobody knows why',
  );
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random.float() * choices.length)];
}
