/** Alerts, silences and the notification log in the database (docs/formats/alertmanager.md). */
import type { Kysely } from 'kysely';
import { type Database, type Statement, toFlag } from '../database/index.ts';
import { assert } from '../platform/index.ts';
import { createLabels, type Labels, labelsRecord, type Matcher } from '../series/index.ts';
import { MATCH_OPERATORS } from './config/matcher-parts.ts';
import { createAlertMatcher } from './config/matchers.ts';
import type { Stored } from './dispatch.ts';
import { ROWS_PER_WRITE_MAX } from './limits.ts';
import type { Alert, LogEntry, Silence } from './model.ts';

export interface AlertmanagerStore {
  load(): Promise<Stored>;
  /** Writes alerts as they are now; answers once they are on disk. */
  saveAlerts(alerts: readonly Alert[]): Promise<void>;
  removeAlerts(fingerprints: readonly string[]): Promise<void>;
  /** Writes silences, all or none. */
  saveSilences(silences: readonly Silence[]): Promise<void>;
  removeSilences(ids: readonly string[]): Promise<void>;
  saveEntry(entry: LogEntry): Promise<void>;
  removeEntries(entries: readonly LogEntry[]): Promise<void>;
}

interface AlertRow {
  readonly fingerprint: string;
  readonly labels: string;
  readonly annotations: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly updated_at: number;
  readonly is_timeout: number;
  readonly generator_url: string;
}

interface SilenceRow {
  readonly id: string;
  readonly matchers: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly updated_at: number;
  readonly created_by: string;
  readonly comment: string;
  readonly annotations: string;
}

interface EntryRow {
  readonly group_key: string;
  readonly receiver: string;
  readonly integration: string;
  readonly integration_index: number;
  readonly notified_at: number;
  readonly firing: string;
  readonly resolved: string;
  readonly expires_at: number;
}

type Tables = {
  alertmanager_alerts: AlertRow;
  alertmanager_silences: SilenceRow;
  alertmanager_notifications: EntryRow;
};

/** Builds the store on a database. */
export function createAlertmanagerStore(database: Database): AlertmanagerStore {
  const query = database.query.withTables<Tables>();
  const writeAll = async (statements: readonly Statement[]): Promise<void> => {
    await database.write(statements);
  };
  return {
    async load() {
      const [alerts, silences, entries] = await Promise.all([
        query.selectFrom('alertmanager_alerts').selectAll().orderBy('fingerprint').execute(),
        query.selectFrom('alertmanager_silences').selectAll().orderBy('id').execute(),
        query.selectFrom('alertmanager_notifications').selectAll().execute(),
      ]);
      return {
        alerts: alerts.map(fromAlertRow),
        silences: silences.map(fromSilenceRow),
        log: entries.map(fromEntryRow),
      };
    },
    async saveAlerts(alerts) {
      await writeAll(inParts(alerts.map(toAlertRow)).map((rows) => upsertAlerts(query, rows)));
    },
    async removeAlerts(fingerprints) {
      await writeAll(
        inParts(fingerprints).map((part) =>
          query.deleteFrom('alertmanager_alerts').where('fingerprint', 'in', [...part]),
        ),
      );
    },
    async saveSilences(silences) {
      await writeAll(silences.map((silence) => upsertSilence(query, toSilenceRow(silence))));
    },
    async removeSilences(ids) {
      await writeAll(
        inParts(ids).map((part) =>
          query.deleteFrom('alertmanager_silences').where('id', 'in', [...part]),
        ),
      );
    },
    async saveEntry(entry) {
      await writeAll([upsertEntry(query, toEntryRow(entry))]);
    },
    async removeEntries(entries) {
      for (const part of inParts(entries)) {
        await writeAll(part.map((entry) => deleteEntry(query, toEntryRow(entry))));
      }
    },
  };
}

function upsertAlerts(query: Kysely<Tables>, rows: readonly AlertRow[]): Statement {
  return query
    .insertInto('alertmanager_alerts')
    .values([...rows])
    .onConflict((on) =>
      on.column('fingerprint').doUpdateSet((row) => ({
        labels: row.ref('excluded.labels'),
        annotations: row.ref('excluded.annotations'),
        starts_at: row.ref('excluded.starts_at'),
        ends_at: row.ref('excluded.ends_at'),
        updated_at: row.ref('excluded.updated_at'),
        is_timeout: row.ref('excluded.is_timeout'),
        generator_url: row.ref('excluded.generator_url'),
      })),
    );
}

function upsertSilence(query: Kysely<Tables>, { id, ...fields }: SilenceRow): Statement {
  return query
    .insertInto('alertmanager_silences')
    .values({ id, ...fields })
    .onConflict((on) => on.column('id').doUpdateSet(fields));
}

function upsertEntry(query: Kysely<Tables>, row: EntryRow): Statement {
  const { notified_at, firing, resolved, expires_at } = row;
  return query
    .insertInto('alertmanager_notifications')
    .values(row)
    .onConflict((on) =>
      on
        .columns(['group_key', 'receiver', 'integration', 'integration_index'])
        .doUpdateSet({ notified_at, firing, resolved, expires_at }),
    );
}

function deleteEntry(query: Kysely<Tables>, row: EntryRow): Statement {
  return (
    query
      .deleteFrom('alertmanager_notifications')
      .where('group_key', '=', row.group_key)
      .where('receiver', '=', row.receiver)
      .where('integration', '=', row.integration)
      .where('integration_index', '=', row.integration_index)
      // One that was written anew meanwhile stays.
      .where('notified_at', '=', row.notified_at)
  );
}

function inParts<T>(items: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += ROWS_PER_WRITE_MAX) {
    parts.push(items.slice(at, at + ROWS_PER_WRITE_MAX));
  }
  return parts;
}

function toAlertRow(alert: Alert): AlertRow {
  return {
    fingerprint: alert.fingerprint,
    labels: JSON.stringify(labelsRecord(alert.labels)),
    annotations: JSON.stringify(labelsRecord(alert.annotations)),
    starts_at: alert.startsAtMs,
    ends_at: alert.endsAtMs,
    updated_at: alert.updatedAtMs,
    is_timeout: toFlag(alert.isTimeout),
    generator_url: alert.generatorUrl,
  };
}

function fromAlertRow(row: AlertRow): Alert {
  return {
    fingerprint: row.fingerprint,
    labels: parseSet(row.labels),
    annotations: parseSet(row.annotations),
    startsAtMs: row.starts_at,
    endsAtMs: row.ends_at,
    updatedAtMs: row.updated_at,
    isTimeout: row.is_timeout === 1,
    generatorUrl: row.generator_url,
  };
}

function toSilenceRow(silence: Silence): SilenceRow {
  const matchers = silence.matchers.map(({ name, operator, value }) => [name, operator, value]);
  return {
    id: silence.id,
    matchers: JSON.stringify(matchers),
    starts_at: silence.startsAtMs,
    ends_at: silence.endsAtMs,
    updated_at: silence.updatedAtMs,
    created_by: silence.createdBy,
    comment: silence.comment,
    annotations: JSON.stringify(silence.annotations),
  };
}

function fromSilenceRow(row: SilenceRow): Silence {
  return {
    id: row.id,
    matchers: parseList(row.matchers).map(parseMatcherRow),
    startsAtMs: row.starts_at,
    endsAtMs: row.ends_at,
    updatedAtMs: row.updated_at,
    createdBy: row.created_by,
    comment: row.comment,
    annotations: labelsRecord(parseSet(row.annotations)),
  };
}

function parseMatcherRow(value: unknown): Matcher {
  assert(Array.isArray(value), 'a matcher on disk is none');
  const [name, sign, text] = value.map(String);
  const operator = MATCH_OPERATORS.find((one) => one === sign);
  assert(operator !== undefined, 'a matcher on disk has no operator');
  return createAlertMatcher({ name, operator, value: text });
}

function toEntryRow(entry: LogEntry): EntryRow {
  return {
    group_key: entry.groupKey,
    receiver: entry.receiver,
    integration: entry.integration,
    integration_index: entry.index,
    notified_at: entry.notifiedAtMs,
    firing: JSON.stringify(entry.firing),
    resolved: JSON.stringify(entry.resolved),
    expires_at: entry.expiresAtMs,
  };
}

function fromEntryRow(row: EntryRow): LogEntry {
  return {
    groupKey: row.group_key,
    receiver: row.receiver,
    integration: row.integration,
    index: row.integration_index,
    notifiedAtMs: row.notified_at,
    firing: parseList(row.firing).map(String),
    resolved: parseList(row.resolved).map(String),
    expiresAtMs: row.expires_at,
  };
}

function parseList(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  assert(Array.isArray(value), 'a list on disk is none');
  return value;
}

function parseSet(text: string): Labels {
  const value: unknown = JSON.parse(text);
  assert(typeof value === 'object' && value !== null, 'a set of labels on disk is none');
  return createLabels(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, String(v)])));
}
