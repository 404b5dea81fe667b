/** Silences in the database (docs/formats/alertmanager.md). */
import type { Kysely } from 'kysely';
import type { Database, Statement } from '../database/index.ts';
import { assert } from '../platform/index.ts';
import { labelsRecord, type Matcher } from '../series/index.ts';
import { MATCH_OPERATORS } from './config/matcher-parts.ts';
import { createAlertMatcher } from './config/matchers.ts';
import type { Silence } from './model.ts';
import { inParts, parseList, parseSet } from './row-values.ts';

/** What is read, and the statements that change it, to be written together with others. */
export interface SilenceStatements {
  list(): Promise<readonly Silence[]>;
  /** Makes silences what they are now. */
  save(silences: readonly Silence[]): readonly Statement[];
  remove(ids: readonly string[]): readonly Statement[];
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

type Tables = { alertmanager_silences: SilenceRow };

/** Builds them on a database. */
export function createSilenceStatements(database: Database): SilenceStatements {
  const query = database.query.withTables<Tables>();
  return {
    async list() {
      const rows = await query
        .selectFrom('alertmanager_silences')
        .selectAll()
        .orderBy('id')
        .execute();
      return rows.map(fromSilenceRow);
    },
    save: (silences) => silences.map((silence) => upsertSilence(query, toSilenceRow(silence))),
    remove: (ids) =>
      inParts(ids).map((part) =>
        query.deleteFrom('alertmanager_silences').where('id', 'in', [...part]),
      ),
  };
}

function upsertSilence(query: Kysely<Tables>, { id, ...fields }: SilenceRow): Statement {
  return query
    .insertInto('alertmanager_silences')
    .values({ id, ...fields })
    .onConflict((on) =>
      on
        .column('id')
        .doUpdateSet(fields)
        // One that came from a peer meanwhile, and is younger, stays.
        .where('alertmanager_silences.updated_at', '<=', fields.updated_at),
    );
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
