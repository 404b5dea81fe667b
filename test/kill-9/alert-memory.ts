/** Remembers what a server has said of its alerts, and looks for what it has forgotten. */
import { isDeepStrictEqual } from 'node:util';
import type { AlertDetail, AlertSummary } from '@nines/contract';
import type { RunningServer } from '../harness/server.ts';

export interface AlertMemory {
  /** Reads the list of alerts and all about one of them. */
  observe(server: RunningServer): Promise<void>;
  /** What differs from what was observed, other than by going on. */
  findMisses(server: RunningServer): Promise<readonly string[]>;
  readonly counts: () => { readonly alertsSeen: number; readonly historySeen: number };
}

/** Alerts in one list; more than all rounds raise. */
const LIST_LIMIT = 500;

export function createAlertMemory(): AlertMemory {
  const summaries = new Map<string, AlertSummary>();
  const details = new Map<string, AlertDetail>();
  let turn = 0;
  return {
    async observe(server) {
      for (const alert of await list(server)) summaries.set(alert.id, alert);
      const ids = [...summaries.keys()];
      const id = ids[turn++ % ids.length];
      if (id !== undefined) details.set(id, await server.client('getAlert', { params: { id } }));
    },
    async findMisses(server) {
      const now = await list(server);
      const misses = [...summaries.values()].flatMap((before) => {
        const after = now.find(({ id }) => id === before.id);
        return findChange(before, after);
      });
      for (const before of details.values()) {
        const after = await server.client('getAlert', { params: { id: before.alert.id } });
        misses.push(...findLostHistory(before, after));
      }
      return [...misses, ...findDoubles(now)];
    },
    counts: () => ({
      alertsSeen: summaries.size,
      historySeen: [...details.values()].reduce((sum, { history }) => sum + history.length, 0),
    }),
  };
}

async function list(server: RunningServer): Promise<readonly AlertSummary[]> {
  const { alerts } = await server.client('listAlerts', { query: { limit: LIST_LIMIT } });
  return alerts;
}

function findChange(before: AlertSummary, after: AlertSummary | undefined): readonly string[] {
  const name = `${before.name} ${JSON.stringify(before.labels)}`;
  if (after === undefined) return [`${name} is gone`];
  const misses: string[] = [];
  for (const key of ['activeAt', 'firedAt', 'acknowledgedAt', 'acknowledgedBy'] as const) {
    // What had not happened yet may have happened in the moment between the answer and the kill.
    if (before[key] === null || before[key] === after[key]) continue;
    misses.push(`${name}: ${key} was ${before[key]} and is ${after[key] ?? 'null'}`);
  }
  const hasGoneBack = before.state !== 'pending' && after.state === 'pending';
  if (hasGoneBack || after.state === 'resolved') {
    misses.push(`${name} was ${before.state} and is ${after.state}`);
  }
  return misses;
}

function findLostHistory(before: AlertDetail, after: AlertDetail): readonly string[] {
  return before.history.flatMap((entry, i) => {
    if (isDeepStrictEqual(after.history[i], entry)) return [];
    return [`history of ${before.alert.id} had ${JSON.stringify(entry)} as entry ${i}`];
  });
}

/** One condition, one alert, however often the server was killed. */
function findDoubles(alerts: readonly AlertSummary[]): readonly string[] {
  const keys = alerts.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${key} is there twice`);
}
