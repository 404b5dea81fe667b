/** The sample week in the database: written whole, counted, and removed without a trace. */
import type { Database, Statement } from '../database/index.ts';
import type { Clock, EventBus } from '../platform/index.ts';
import type { AlertEvents } from './events.ts';
import { ROWS_PER_STATEMENT } from './limits.ts';
import type { Change } from './model.ts';
import { type Tables, toAlertRow, toHistoryRow, toPageRow } from './rows.ts';
import { createSampleWeek } from './sample-week.ts';
import type { Serial } from './serial.ts';

/** Any number: everybody sees the same week. */
const SEED = 2016;

export interface SampleWeeks {
  /** How many alerts of it there are; 0: there is none. */
  count(): Promise<number>;
  /** Writes it, unless it is there; answers how many alerts it has. */
  create(): Promise<number>;
  /** Removes all of it, what people said of it included. */
  remove(): Promise<void>;
}

/** Builds it on the database: nothing of it is open, so it never is in memory. */
export function createSampleWeeks(options: {
  readonly database: Database;
  readonly serial: Serial;
  readonly events: EventBus<AlertEvents>;
  readonly clock: Clock;
}): SampleWeeks {
  const { database, serial, events, clock } = options;
  const query = database.query.withTables<Tables>();
  const sampleIds = query.selectFrom('alerts').select('id').where('origin', '=', 'sample');

  const findIds = async (): Promise<readonly string[]> =>
    (await sampleIds.execute()).map(({ id }) => id);
  /** One is enough to make pages ask again for what they show. */
  const tell = ([alertId]: readonly string[]): void => {
    if (alertId !== undefined) events.publish('alert.changed', { alertId, state: 'resolved' });
  };
  const insert = (changes: readonly Change[]): readonly Statement[] => [
    ...inParts(changes.map(({ file }) => toAlertRow(file.alert))).map((rows) =>
      query.insertInto('alerts').values(rows),
    ),
    ...inParts(changes.flatMap(({ file }) => file.pages.map(toPageRow))).map((rows) =>
      query.insertInto('pages').values(rows),
    ),
    ...inParts(changes.flatMap(({ entries }) => entries.map(toHistoryRow))).map((rows) =>
      query.insertInto('alert_history').values(rows),
    ),
  ];

  return {
    count: async () => (await findIds()).length,
    create: async () =>
      serial.run(async () => {
        const known = await findIds();
        if (known.length > 0) return known.length;
        const changes = createSampleWeek(SEED, clock.now());
        await database.write(insert(changes));
        tell(changes.map(({ file }) => file.alert.id));
        return changes.length;
      }),
    remove: async () =>
      serial.run(async () => {
        const ids = await findIds();
        await database.write([
          query.deleteFrom('alert_history').where('alert_id', 'in', sampleIds),
          query.deleteFrom('pages').where('alert_id', 'in', sampleIds),
          query.deleteFrom('alerts').where('origin', '=', 'sample'),
        ]);
        tell(ids);
      }),
  };
}

function inParts<Row>(rows: readonly Row[]): readonly Row[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, part) =>
    rows.slice(part * ROWS_PER_STATEMENT, (part + 1) * ROWS_PER_STATEMENT),
  );
}
