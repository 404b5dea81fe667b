/**
 * A stage for alerts: the real core on a clock that stands still, a store in memory and receivers
 * that do what they are told. Transcripts, the simulation and tests of the parts play on it.
 */
import { Registry } from 'prom-client';
import { type Catalog, createCatalog } from '../catalog/index.ts';
import type { Message, Notifier, Outcome } from '../notify/index.ts';
import {
  createEventBus,
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type ManualClock,
  type Random,
  unavailable,
} from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { createLabels, fingerprintOf, type Labels, labelValue } from '../series/index.ts';
import { type AlertCore, openAlertCore } from './alerts.ts';
import type { AlertEvents } from './events.ts';
import type { Transition } from './lifecycle.ts';
import {
  type AlertFile,
  type HistoryEntry,
  isSettled,
  type Page,
  type Silencing,
} from './model.ts';
import { createDefaultPolicy, type EscalationPolicy } from './policy.ts';
import type { AlertStore } from './store.ts';

/** What the stage's configuration declares. */
const CHANNELS = ['browser', 'webhook/ops', 'webhook/chat', 'webhook/mina'];

/** What the next writes do: nothing special, refuse, or happen and say that they did not. */
export type StoreMood = 'well' | 'refuses' | 'forgets to answer';

export interface MemoryStore extends AlertStore {
  mood: StoreMood;
  /** How many writes happened although their writer heard that they failed. */
  forgottenCount: number;
  readonly history: HistoryEntry[];
}

/** A store that holds what it is given, and loses nothing when the rest is thrown away. */
export function createMemoryStore(): MemoryStore {
  const files = new Map<string, AlertFile>();
  const { history, putEntry, removeEntries } = createHistory();
  const away = () => unavailable('DATABASE_UNAVAILABLE', 'the database is away');
  const forgetToAnswer = (): void => {
    if (store.mood !== 'forgets to answer') return;
    store.forgottenCount++;
    throw away();
  };
  const removeUnknown = ({ alert, pages }: AlertFile): void => {
    const known = new Set(pages.map((page) => page.id));
    const stored = files.get(alert.id)?.pages.filter((page) => known.has(page.id)) ?? [];
    files.set(alert.id, { alert, pages: stored });
    removeEntries((entry) => entry.alertId === alert.id && entry.sequence >= alert.historyCount);
  };
  const store: MemoryStore = {
    mood: 'well',
    forgottenCount: 0,
    history,
    async listOpenFiles() {
      return [...files.values()].filter((file) => !isSettled(file));
    },
    async findFile(alertId) {
      if (store.mood === 'refuses') throw away();
      return files.get(alertId);
    },
    async save(changes) {
      if (store.mood === 'refuses') throw away();
      for (const { file, changedPages, entries, isExact } of changes) {
        const pages = new Map<string, Page>();
        if (isExact === true) removeUnknown(file);
        for (const page of files.get(file.alert.id)?.pages ?? []) pages.set(page.id, page);
        for (const page of changedPages) pages.set(page.id, page);
        files.set(file.alert.id, { alert: file.alert, pages: [...pages.values()] });
        for (const entry of entries) putEntry(entry);
      }
      forgetToAnswer();
    },
    async remove(alertIds) {
      if (store.mood === 'refuses') throw away();
      for (const id of alertIds) {
        files.delete(id);
        removeEntries((entry) => entry.alertId === id);
      }
      forgetToAnswer();
    },
    async purge({ neverFiredMs, resolvedMs }) {
      const before = files.size;
      for (const [id, file] of files) {
        const { resolvedAtMs, firedAtMs } = file.alert;
        const keptMs = firedAtMs === undefined ? Math.max(neverFiredMs, resolvedMs) : resolvedMs;
        if (isSettled(file) && resolvedAtMs !== undefined && resolvedAtMs < keptMs)
          files.delete(id);
      }
      return before - files.size;
    },
  };
  return store;
}

function createHistory() {
  const history: HistoryEntry[] = [];
  /** Saves the search in the usual case: tests with thousands of alerts would wait for it. */
  const keys = new Set<string>();
  const keyOf = ({ alertId, sequence }: HistoryEntry): string => `${alertId} ${sequence}`;
  return {
    history,
    putEntry: (entry: HistoryEntry): void => {
      const key = keyOf(entry);
      if (keys.has(key)) history[history.findIndex((known) => keyOf(known) === key)] = entry;
      else history.push(entry);
      keys.add(key);
    },
    removeEntries: (isUnknown: (entry: HistoryEntry) => boolean): void => {
      const kept = history.filter((entry) => !isUnknown(entry));
      history.splice(0, history.length, ...kept);
      keys.clear();
      for (const entry of kept) keys.add(keyOf(entry));
    },
  };
}

/** One attempt that reached a receiver. */
export interface Sent {
  readonly atMs: number;
  readonly channel: string;
  readonly message: Message;
  /** The silence in force at that instant. */
  readonly silencedBy: string | undefined;
}

/** Answers for a channel; a promise that never ends is a receiver that hangs. */
export type Receive = (message: Message, signal: AbortSignal) => Outcome | Promise<Outcome>;

/** Receivers that are well. */
const WELL: Readonly<Record<string, Outcome>> = {
  browser: { state: 'delivered', reason: 'to 1 open page' },
};
const WELL_WEBHOOK: Outcome = { state: 'delivered', reason: 'with answer 200' };

/** A silence in force from an instant to another. */
export interface StageSilence extends Silencing {
  readonly fromMs: number;
}

export interface Stage {
  readonly clock: ManualClock & { jump(byMs: number): void };
  readonly store: MemoryStore;
  readonly catalog: Catalog;
  readonly receivers: Map<string, Receive>;
  readonly sent: Sent[];
  /** Silences by the name of the alert that each keeps quiet; `review` says that they changed. */
  readonly silences: Map<string, StageSilence>;
  readonly registry: Registry;
  core(): AlertCore;
  /** Puts policies in force, also for the processes to come. */
  setPolicies(policies: readonly EscalationPolicy[]): void;
  /** The process is killed and started again; what was under way is lost. */
  restart(): Promise<void>;
  /** Ticks once, and lets deliveries that answer at once end. */
  tick(): Promise<void>;
  /** Lets time pass, ticking every second. */
  advance(byMs: number): Promise<void>;
}

/** 2026-01-02 03:00:00 UTC. */
export const STAGE_START_MS = 1_767_322_800_000;

/** Builds a stage with an empty store. */
export async function createStage(
  options: { readonly policies?: readonly EscalationPolicy[]; readonly random?: Random } = {},
): Promise<Stage> {
  const clock = createJumpyClock();
  const random = options.random ?? createSeededRandom(1);
  const store = createMemoryStore();
  const catalog = createCatalog();
  const receivers = new Map<string, Receive>();
  const sent: Sent[] = [];
  const silences = new Map<string, StageSilence>();
  const findSilencing = (labels: Labels, nowMs: number): Silencing | undefined => {
    const found = silences.get(labelValue(labels, 'alertname'));
    if (found === undefined || nowMs < found.fromMs || nowMs >= found.untilMs) return undefined;
    const { fromMs: _, ...silencing } = found;
    return silencing;
  };
  let policies = options.policies ?? [createDefaultPolicy(['browser', 'webhook/ops'])];
  let generation = 0;
  let registry = new Registry();

  const open = async (): Promise<AlertCore> => {
    const mine = ++generation;
    registry = new Registry();
    const notifier: Pick<Notifier, 'deliver'> = {
      async deliver(channel, message, signal) {
        // A dead process sends nothing and hears nothing.
        if (mine !== generation) return new Promise(() => {});
        const atMs = clock.now();
        const silencedBy = findSilencing(message.alert.labels, atMs)?.id;
        sent.push({ atMs, channel, message, silencedBy });
        return receivers.get(channel)?.(message, signal) ?? WELL[channel] ?? WELL_WEBHOOK;
      },
    };
    const events = createEventBus<AlertEvents>(() => {});
    const config = { catalog, policies, channels: CHANNELS, log: createSilentLog() };
    const parts = { ...config, store, notifier, events, clock, random, registry };
    const opened = await openAlertCore(parts);
    opened.service.useSilences(findSilencing);
    return opened;
  };
  let core = await open();
  const tick = async (): Promise<void> => {
    await core.worker.tick(clock.now());
    await letDeliveriesEnd();
  };
  return {
    clock,
    store,
    catalog,
    receivers,
    sent,
    silences,
    get registry() {
      return registry;
    },
    core: () => core,
    setPolicies(next) {
      policies = next;
      core.service.applyPolicies(next, CHANNELS);
    },
    async restart() {
      core = await open();
    },
    tick,
    async advance(byMs) {
      for (let leftMs = byMs; leftMs > 0; leftMs -= 1000) {
        clock.advance(Math.min(1000, leftMs));
        await tick();
      }
    },
  };
}

/** Receivers answer at once and the store is in memory, so one turn of the loop ends them all. */
async function letDeliveriesEnd(): Promise<void> {
  await new Promise<void>((done) => setImmediate(done));
}

/** A clock whose wall time can be set while its monotonic time runs on. */
function createJumpyClock(): Stage['clock'] {
  const clock = createManualClock(STAGE_START_MS);
  let jumpedMs = 0;
  return {
    ...clock,
    now: () => clock.now() + jumpedMs,
    jump(byMs) {
      jumpedMs += byMs;
    },
  };
}

/** What a rule says of one of its instances. */
export function createTransition(
  kind: Transition['kind'],
  labels: Readonly<Record<string, string>>,
  options: {
    readonly atMs: number;
    readonly value?: number;
    readonly reason?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  },
): Transition {
  const set = createLabels(labels);
  const name = labelValue(set, 'alertname');
  const isOver = kind === 'resolved' || kind === 'dropped';
  const alert: AlertInstance = {
    ruleKey: `test/${name}{}`,
    fingerprint: fingerprintOf(set),
    state: isOver ? 'inactive' : kind === 'pending' ? 'pending' : 'firing',
    labels: set,
    annotations: { summary: `${name} is bad`, ...options.annotations },
    value: options.value ?? 1,
    activeAtMs: options.atMs,
    firedAtMs: kind === 'firing' ? options.atMs : undefined,
    keepFiringSinceMs: kind === 'kept' ? options.atMs : undefined,
  };
  const reason = options.reason ?? REASONS[kind];
  return { kind, atMs: options.atMs, reason, alert };
}

const REASONS: Readonly<Record<Transition['kind'], string>> = {
  pending: 'expression matches; fires if it still does in 5m',
  firing: 'condition held for 5m',
  resolved: 'expression no longer matches',
  dropped: 'expression stopped matching after 1m of 5m',
  kept: 'expression no longer matches; kept firing for 5m',
};
