/** PostgreSQL and Redis through their exporters. */
import type { Convention } from '../model.ts';

export const POSTGRESQL: Convention = {
  name: 'postgres_exporter',
  source: 'https://github.com/prometheus-community/postgres_exporter',
  slot: 'resources',
  signals: [
    {
      kind: 'traffic',
      title: 'Transactions',
      unit: 'per_second',
      lines: [
        {
          name: 'all',
          expression:
            'sum(rate(pg_stat_database_xact_commit[1m])) + sum(rate(pg_stat_database_xact_rollback[1m]))',
        },
      ],
    },
    {
      kind: 'errors',
      title: 'Transactions',
      unit: 'ratio',
      lines: [
        {
          name: 'rolled back',
          expression:
            'sum(rate(pg_stat_database_xact_rollback[1m])) / (sum(rate(pg_stat_database_xact_commit[1m]))' +
            ' + sum(rate(pg_stat_database_xact_rollback[1m])) > 0)',
        },
      ],
    },
    {
      kind: 'saturation',
      title: 'Connections',
      unit: 'ratio',
      isFullness: true,
      lines: [
        {
          name: 'in use',
          expression:
            'max(sum by (job, instance) (pg_stat_database_numbackends)' +
            ' / sum by (job, instance) (pg_settings_max_connections))',
        },
      ],
    },
  ],
  advice: {
    latency:
      'postgres_exporter has no histogram of queries: expose one from the services that ask them',
  },
};

export const REDIS: Convention = {
  name: 'redis_exporter',
  source: 'https://github.com/oliver006/redis_exporter',
  slot: 'resources',
  signals: [
    {
      kind: 'traffic',
      title: 'Commands',
      unit: 'per_second',
      lines: [{ name: 'all', expression: 'sum(rate(redis_commands_processed_total[1m]))' }],
    },
    {
      kind: 'errors',
      title: 'Commands',
      unit: 'ratio',
      lines: [
        {
          name: 'failed',
          expression:
            'sum(rate(redis_commands_failed_calls_total[1m]))' +
            ' / (sum(rate(redis_commands_processed_total[1m])) > 0)',
        },
      ],
    },
    {
      kind: 'saturation',
      title: 'Memory and clients',
      unit: 'ratio',
      isFullness: true,
      lines: [
        {
          // Zero: no maximum is set, and the machine's memory is it.
          name: 'memory',
          expression: 'max(redis_memory_used_bytes / (redis_memory_max_bytes > 0))',
        },
        {
          name: 'clients',
          expression: 'max(redis_connected_clients / (redis_config_maxclients > 0))',
        },
      ],
    },
  ],
  advice: {
    latency: 'redis_exporter has no histogram: expose one from the services that ask Redis',
  },
};
