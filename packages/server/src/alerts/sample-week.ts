/**
 * A week that never happened, to look around in: six people on two sites who take turns with the
 * sun, and what kept them busy. Pure: the same seed at the same time gives the same week.
 *
 * What is invented is when something fires, who is there and what they say; all else is decided by
 * the code that decides on real alerts, so that the histories read as real ones do.
 */
import { BROWSER } from '../notify/index.ts';
import {
  assert,
  createIdSource,
  createSeededRandom,
  type IdSource,
  type Random,
} from '../platform/index.ts';
import type { AlertInstance } from '../rules/index.ts';
import { createLabels, fingerprintOf } from '../series/index.ts';
import { beginDraft, type DecisionContext, type Draft } from './draft.ts';
import { acknowledge, applyTransition, openFile, passTime, resolveByPerson } from './lifecycle.ts';
import {
  type AlertFile,
  type Change,
  type HistoryEntry,
  isOpenPage,
  isSettled,
  wantsPages,
} from './model.ts';
import { claimPage, settlePage } from './paging.ts';
import type { EscalationPolicy } from './policy.ts';
import { type Incident, INCIDENTS, SITES } from './sample-stories.ts';
import { setTags } from './tags.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 7;
/** All of it is over by then: nothing of it may look as if it went on. */
const OVER_BEFORE_MS = HOUR_MS;

const POLICY: EscalationPolicy = {
  name: 'default',
  steps: [
    { notify: ['browser', 'webhook/chat'], waitMs: 5 * MINUTE_MS },
    { notify: ['browser', 'webhook/chat'], waitMs: 5 * MINUTE_MS },
  ],
  repeatCount: 1,
};

/** The alerts of the seven days before, oldest first, each settled. */
export function createSampleWeek(seed: number, nowMs: number): readonly Change[] {
  const random = createSeededRandom(seed);
  const firstMs = Math.floor((nowMs - DAYS * DAY_MS) / MINUTE_MS) * MINUTE_MS;
  const plans = Array.from({ length: DAYS }, (_, day) =>
    INCIDENTS.flatMap((incident) =>
      planDay(incident, { day, fromMs: firstMs + day * DAY_MS, random }),
    ),
  ).flat();
  return plans
    .filter(({ incident, atMs }) => atMs + longest(incident) < nowMs - OVER_BEFORE_MS)
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((plan) => play(plan, random));
}

interface Plan {
  readonly incident: Incident;
  readonly atMs: number;
}

/** When something fires on one day; what flaps, again and again within an hour or two. */
function planDay(
  incident: Incident,
  {
    day,
    fromMs,
    random,
  }: { readonly day: number; readonly fromMs: number; readonly random: Random },
): readonly Plan[] {
  if (!incident.days.includes(day)) return [];
  const beginMs = fromMs + Math.floor(random.float() * 21 * HOUR_MS);
  return Array.from({ length: incident.times }, (_, index) => ({
    incident,
    atMs: beginMs + index * 11 * MINUTE_MS + Math.floor(random.float() * 90_000),
  }));
}

/** An upper bound of how long an alert of it lasts, all that people do included. */
function longest({ lastsMinutes: [, max] }: Incident): number {
  return (max + 30) * MINUTE_MS;
}

/** Lets one alert live from its first moment to its last. */
function play({ incident, atMs }: Plan, random: Random): Change {
  const life = beginLife(incident, atMs, random);
  const [min, max] = incident.lastsMinutes;
  const endsAtMs = atMs + Math.round((min + random.float() * (max - min)) * MINUTE_MS);
  const ackAtMs = atMs + Math.round((0.7 + random.float() ** 3 * 8) * MINUTE_MS);
  life.deliver(atMs);
  if (incident.output === 'page' && ackAtMs < endsAtMs) {
    for (let dueMs = atMs + 5 * MINUTE_MS; dueMs < ackAtMs; dueMs += 5 * MINUTE_MS) {
      life.take(dueMs, passTime);
      life.deliver(dueMs);
    }
    const who = onCallAt(ackAtMs);
    life.take(ackAtMs, (file, context) => acknowledge(file, who, context));
  }
  const who = onCallAt(endsAtMs);
  const { note } = incident;
  if (note !== undefined) {
    life.take(endsAtMs, (file, context) => resolveByPerson(file, { who, note }, context));
    life.deliver(endsAtMs);
  }
  const overAtMs = note === undefined ? endsAtMs : endsAtMs + 2 * MINUTE_MS;
  life.end(overAtMs);
  life.deliver(overAtMs);
  const tags = { who: onCallAt(overAtMs), tags: incident.tags };
  life.take(overAtMs + 9 * MINUTE_MS, (file, context) => setTags(file, tags, context));
  return life.finish();
}

interface Life {
  /** Lets the core decide something at a time. */
  take(atMs: number, act: (file: AlertFile, context: DecisionContext) => Change | undefined): void;
  /** Sends what is queued, which arrives. */
  deliver(atMs: number): void;
  /** Its condition ends. */
  end(atMs: number): void;
  finish(): Change;
}

function beginLife(incident: Incident, atMs: number, random: Random): Life {
  const clock = { nowMs: atMs };
  const newId: IdSource = createIdSource(stoppedClock(clock), random);
  const contextAt = (nowMs: number): DecisionContext => {
    clock.nowMs = nowMs;
    return { nowMs, newId, random, policyOf: () => POLICY, findSilencing: () => undefined };
  };
  const instance = createInstance(incident, atMs, random);
  const opened = openFile(
    { kind: 'firing', atMs, reason: incident.reason, alert: instance },
    {
      source: { origin: 'sample', output: incident.output },
      service: incident.service,
      policy: POLICY.name,
    },
    contextAt(atMs),
  );
  assert(opened !== undefined, 'a sample alert did not begin');
  let { file } = opened;
  const entries: HistoryEntry[] = [...opened.entries];
  const life: Life = {
    take(nowMs, act) {
      const change = act(file, contextAt(nowMs));
      if (change === undefined) return;
      file = change.file;
      entries.push(...change.entries);
    },
    deliver(nowMs) {
      const sentAtMs = nowMs + Math.round(4 + random.float() * 20);
      const open = file.pages.filter(isOpenPage);
      for (const { id } of open) change(sentAtMs, (draft) => claimPage(draft, id));
      // The browser confirms before the receiver of a webhook has answered.
      const inOrder = open.toSorted((a, b) => (a.channel < b.channel ? -1 : 1));
      let atPageMs = sentAtMs;
      for (const { id, channel } of inOrder) {
        atPageMs += Math.round(20 + random.float() * 120);
        const reason = channel === BROWSER ? 'to 2 open pages' : 'with answer 200';
        change(atPageMs, (draft) => settlePage(draft, id, { state: 'delivered', reason }));
      }
    },
    end(nowMs) {
      const reason = 'expression no longer matches';
      const alert: AlertInstance = { ...instance, state: 'inactive' };
      life.take(nowMs, (one, context) =>
        applyTransition(one, { kind: 'resolved', atMs: nowMs, reason, alert }, context),
      );
    },
    finish() {
      assert(isSettled(file) && !wantsPages(file.alert), 'a sample alert is not over');
      return { file, changedPages: file.pages, entries };
    },
  };
  const change = (nowMs: number, act: (draft: Draft) => void): void => {
    life.take(nowMs, (one, context) => {
      const draft = beginDraft(one, context);
      act(draft);
      return draft.finish();
    });
  };
  return life;
}

function createInstance(incident: Incident, atMs: number, random: Random): AlertInstance {
  const { name, service, output, summary, description } = incident;
  const place = `${service}-${1 + Math.floor(random.float() * incident.instances)}`;
  const labels = createLabels({
    alertname: name,
    instance: place,
    job: service,
    sample: 'true',
    severity: output,
  });
  const value = Math.round(incident.value * (0.9 + random.float() * 0.4) * 1000) / 1000;
  return {
    ruleKey: `sample/${name}`,
    fingerprint: fingerprintOf(labels),
    state: 'firing',
    labels,
    annotations: { summary, description },
    value,
    activeAtMs: atMs - incident.forMinutes * MINUTE_MS,
    firedAtMs: atMs,
    keepFiringSinceMs: undefined,
  };
}

/** Seoul has the first half of the UTC day, Zürich the second; within a site, by day. */
export function onCallAt(atMs: number): string {
  const site = SITES[new Date(atMs).getUTCHours() < 12 ? 0 : 1];
  return site.people[Math.floor(atMs / DAY_MS) % site.people.length];
}

function stoppedClock(clock: { readonly nowMs: number }) {
  return {
    now: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
    after: () => ({ cancel: () => {} }),
  };
}
