/** Alerts, the pages that they sent, and all that happened to them. */
import type { Migration } from '../migration.ts';

export const alertsMigration: Migration = {
  name: '0002-alerts',
  statements: ({ createTable, schema, types: { text, integer, real } }) => [
    createTable('alerts')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('rule_key', text, (column) => column.notNull())
      .addColumn('fingerprint', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('labels', text, (column) => column.notNull())
      .addColumn('annotations', text, (column) => column.notNull())
      .addColumn('output', text, (column) => column.notNull())
      .addColumn('service', text)
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('value', real)
      .addColumn('active_at', integer, (column) => column.notNull())
      .addColumn('fired_at', integer)
      .addColumn('resolved_at', integer)
      .addColumn('resolved_by', text)
      .addColumn('acknowledged_at', integer)
      .addColumn('acknowledged_by', text)
      .addColumn('is_rule_active', integer, (column) => column.notNull())
      .addColumn('keep_firing_since', integer)
      .addColumn('recheck_at', integer)
      .addColumn('policy', text, (column) => column.notNull())
      .addColumn('steps_begun', integer, (column) => column.notNull())
      .addColumn('next_step_at', integer)
      .addColumn('history_count', integer, (column) => column.notNull()),
    schema.createIndex('alerts_state_id').on('alerts').columns(['state', 'id']),
    schema.createIndex('alerts_service_id').on('alerts').columns(['service', 'id']),
    schema
      .createIndex('alerts_instance_fired_at')
      .on('alerts')
      .columns(['rule_key', 'fingerprint', 'fired_at']),
    schema.createIndex('alerts_resolved_at').on('alerts').column('resolved_at'),
    createTable('pages')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('alert_id', text, (column) => column.notNull().references('alerts.id'))
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('channel', text, (column) => column.notNull())
      .addColumn('step', integer, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('due_at', integer, (column) => column.notNull())
      .addColumn('attempt_count', integer, (column) => column.notNull())
      .addColumn('next_attempt_at', integer, (column) => column.notNull())
      .addColumn('is_repeat', integer, (column) => column.notNull())
      .addColumn('delivered_at', integer)
      .addColumn('last_error', text),
    schema.createIndex('pages_alert_id').on('pages').column('alert_id'),
    schema.createIndex('pages_state_due_at').on('pages').columns(['state', 'due_at']),
    createTable('alert_history')
      .addColumn('alert_id', text, (column) => column.notNull().references('alerts.id'))
      .addColumn('sequence', integer, (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('actor', text)
      .addColumn('page_id', text)
      .addPrimaryKeyConstraint('alert_history_pk', ['alert_id', 'sequence']),
    schema.createIndex('alert_history_at').on('alert_history').column('at'),
  ],
};
