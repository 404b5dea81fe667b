/** Alerts, silences and the notification log in the database (docs/formats/alertmanager.md). */
import type { Kysely } from 'kysely';
import { type Database, type Statement, toFlag } from '../database/index.ts';
import { labelsRecord } from '../series/index.ts';
import type { Stored } from './dispatch.ts';
import type { Alert, LogEntry, Silence } from './model.ts';
import { inParts, parseList, parseSet } from './row-values.ts';
import { createSilenceStatements } from './silence-store.ts';

export interface AlertmanagerStore {
  load(): Promise<Stored>;
  /** Writes alerts as they are now; answers once they are on disk. */
  saveAlerts(alerts: readonly Alert[]): Promise<void>;
  removeAlerts(fingerprints: readonly string[]): Promise<void>;
  /** Writes silences, all or none; one that is there in a younger form stays. */
  saveSilences(silences: readonly Silence[]): Promise<void>;
  removeSilences(ids: readonly string[]): Promise<void>;
  saveEntry(entry: LogEntry): Promise<void>;
  /** Writes what a peer has told, where it is newer than what is there. */
  mergeEntries(entries: readonly LogEntry[]): Promise<void>;
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
  alertmanager_notifications: EntryRow;
};

/** Builds the store on a database. */
export function createAlertmanagerStore(database: Database): AlertmanagerStore {
  const query = database.query.withTables<Tables>();
  const silences = createSilenceStatements(database);
  const writeAll = async (statements: readonly Statement[]): Promise<void> => {
    await database.write(statements);
  };
  return {
    async load() {
      const [alerts, stored, entries] = await Promise.all([
        query.selectFrom('alertmanager_alerts').selectAll().orderBy('fingerprint').execute(),
        silences.list(),
        query.selectFrom('alertmanager_notifications').selectAll().execute(),
      ]);
      return {
        alerts: alerts.map(fromAlertRow),
        silences: stored,
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
    async saveSilences(changed) {
      await writeAll(silences.save(changed));
    },
    async removeSilences(ids) {
      await writeAll(silences.remove(ids));
    },
    async saveEntry(entry) {
      await writeAll([upsertEntry(query, toEntryRow(entry))]);
    },
    async mergeEntries(entries) {
      await writeAll(entries.map((entry) => mergeEntry(query, toEntryRow(entry))));
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

function mergeEntry(query: Kysely<Tables>, row: EntryRow): Statement {
  const { notified_at, firing, resolved, expires_at } = row;
  return query
    .insertInto('alertmanager_notifications')
    .values(row)
    .onConflict((on) =>
      on
        .columns(['group_key', 'receiver', 'integration', 'integration_index'])
        .doUpdateSet({ notified_at, firing, resolved, expires_at })
        .where('alertmanager_notifications.notified_at', '<=', notified_at),
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
