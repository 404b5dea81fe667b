/** Reads `storage`, in Prometheus' syntax: how long samples are kept, and what has no effect here. */
import type { YamlFields, YamlValue } from '../platform/index.ts';
import { readCount, readSize, readWord } from '../scrape/index.ts';

/** Prometheus' default. */
const RETENTION_MS = 15 * 86_400_000;
const RETENTION_MS_MIN = 3_600_000;
const TSDB_KEYS = [
  'retention',
  'out_of_order_time_window',
  'stale_series_compaction_threshold',
  'chunk_encoding',
];

/** How long samples are kept; the other fields are checked, and remarked on. */
export function readRetention(storage: YamlValue | undefined): number {
  const fields = storage?.fields(['tsdb', 'exemplars']);
  const exemplars = fields?.find('exemplars')?.fields(['max_exemplars']).find('max_exemplars');
  readCount(exemplars, 0);
  const tsdb = fields?.find('tsdb')?.fields(TSDB_KEYS);
  tsdb?.find('out_of_order_time_window')?.durationMs();
  checkShare(tsdb?.find('stale_series_compaction_threshold'), 1);
  const encoding = tsdb?.find('chunk_encoding')?.fields(['floats']).find('floats');
  readWord(encoding, ['xor', 'xor2'], 'xor');
  const retention = tsdb?.find('retention')?.fields(['time', 'size', 'percentage']);
  readSize(retention?.find('size'), 0);
  checkShare(retention?.find('percentage'), 100);
  remarkIdle(exemplars, tsdb, retention);
  const time = retention?.find('time');
  // 0 counts as not said, as in Prometheus.
  const retentionMs = time?.durationMs() || RETENTION_MS;
  if (retentionMs < RETENTION_MS_MIN) {
    time?.fault('a retention under 1h would lose what alerts look at');
  }
  return retentionMs;
}

function checkShare(value: YamlValue | undefined, most: number): void {
  const share = value?.number() ?? 0;
  if (share < 0 || share > most) value?.fault(`${value.path} must be from 0 to ${most}`);
}

function remarkIdle(
  exemplars: YamlValue | undefined,
  tsdb: YamlFields | undefined,
  retention: YamlFields | undefined,
): void {
  const idle = [
    exemplars,
    ...TSDB_KEYS.slice(1).map((key) => tsdb?.find(key)),
    retention?.find('size'),
    retention?.find('percentage'),
  ];
  for (const field of idle) field?.remark(`${field.path} has no effect in Nines`);
}
