/** Reads `storage`, in Prometheus' syntax: what is kept and taken, and what has no effect here. */
import {
  type YamlFields,
  type YamlValue,
  readCount,
  readSize,
  readWord,
} from '../platform/index.ts';
import { errorMessage } from '../platform/index.ts';
import { parseSelector } from '../promql/index.ts';
import type { DownsampleLevel, RetentionRule, TsdbLimits } from '../tsdb/index.ts';
import { readDownsample } from './downsample-config.ts';

/** Prometheus' default. */
const RETENTION_MS = 15 * 86_400_000;
const RETENTION_MS_MIN = 3_600_000;
const DENSE_AFTER_MS = 86_400_000;
/** Prometheus' default, as the store's own. */
const EXEMPLARS_MAX = 100_000;
const TSDB_KEYS = [
  'retention',
  'out_of_order_time_window',
  'stale_series_compaction_threshold',
  'chunk_encoding',
];

/** Our own fields and what they bound. */
const BUDGETS = {
  series_max: 'seriesMax',
  series_max_per_job: 'seriesMaxPerJob',
  series_max_per_metric: 'seriesMaxPerMetric',
} as const;

/** What the store of series is opened with. */
export interface StorageConfig {
  readonly retentionMs: number;
  /** How much of the disk samples may take; Infinity: as much as there is. */
  readonly retentionBytes: number;
  /** Series that are kept for less time. */
  readonly seriesRetention: readonly RetentionRule[];
  /** Aggregates that are kept for longer than samples; none: samples are all. */
  readonly downsample: readonly DownsampleLevel[];
  /** How old a sample may be that is older than the newest of its series. */
  readonly lateWindowMs: number;
  /** How old a block is when it is encoded anew to take less of the disk; Infinity: never. */
  readonly denseAfterMs: number;
  readonly limits: Partial<TsdbLimits>;
}

/** Reads all of it; fields without effect are checked, and remarked on. */
export function readStorage(storage: YamlValue | undefined): StorageConfig {
  const fields = storage?.fields([
    'tsdb',
    'exemplars',
    'dense_after',
    'series_retention',
    'downsample',
    ...Object.keys(BUDGETS),
  ]);
  const exemplars = fields?.find('exemplars')?.fields(['max_exemplars']).find('max_exemplars');
  const exemplarsMax = readCount(exemplars, EXEMPLARS_MAX);
  const tsdb = fields?.find('tsdb')?.fields(TSDB_KEYS);
  const window = tsdb?.find('out_of_order_time_window');
  const lateWindowMs = window?.durationMs() ?? 0;
  checkShare(tsdb?.find('stale_series_compaction_threshold'), 1);
  const encoding = tsdb?.find('chunk_encoding')?.fields(['floats']).find('floats');
  readWord(encoding, ['xor', 'xor2'], 'xor');
  const retention = tsdb?.find('retention')?.fields(['time', 'size', 'percentage']);
  // 0 counts as not said, as in Prometheus.
  const retentionBytes = readSize(retention?.find('size'), 0) || Infinity;
  checkShare(retention?.find('percentage'), 100);
  remarkIdle(tsdb, retention);
  const time = retention?.find('time');
  // 0 counts as not said, as in Prometheus.
  const retentionMs = time?.durationMs() || RETENTION_MS;
  if (retentionMs < RETENTION_MS_MIN) {
    time?.fault('a retention under 1h would lose what alerts look at');
  }
  if (lateWindowMs > retentionMs) {
    window?.fault(
      'a window for late samples longer than the retention takes what is deleted at once',
    );
  }
  const limits = { exemplarsMax, ...readBudgets(fields) };
  const denseAfterMs = (fields?.find('dense_after')?.durationMs() ?? DENSE_AFTER_MS) || Infinity;
  const seriesRetention = readSeriesRetention(fields?.find('series_retention'), retentionMs);
  const downsample = readDownsample(fields?.find('downsample'), { retentionMs, lateWindowMs });
  const kept = { retentionMs, retentionBytes, seriesRetention, downsample };
  return { ...kept, lateWindowMs, denseAfterMs, limits };
}

/** Ours; a rule that keeps more than all others are kept would have no effect. */
function readSeriesRetention(
  value: YamlValue | undefined,
  retentionMs: number,
): readonly RetentionRule[] {
  const rules: RetentionRule[] = [];
  for (const item of value?.list() ?? []) {
    const fields = item.fields(['match', 'keep']);
    const match = fields.find('match');
    const keep = fields.find('keep');
    if (match === undefined || keep === undefined) {
      item.fault(`${item.path} needs match and keep`);
      continue;
    }
    const keepMs = keep.durationMs();
    if (keepMs < RETENTION_MS_MIN) keep.fault(`${keep.path} must be 1h at least`);
    if (keepMs > retentionMs) {
      keep.fault(
        `${keep.path} is longer than storage.tsdb.retention.time, which holds for all series: ` +
          'raise that, and keep the others for less by a last rule',
      );
    }
    try {
      rules.push({ matchers: parseSelector(match.string()), keepMs });
    } catch (error) {
      match.fault(`${match.path} is no selector: ${errorMessage(error)}`);
    }
  }
  return rules;
}

/** Ours: Prometheus has no such bounds. What is not said is the store's to decide. */
function readBudgets(fields: YamlFields | undefined): Partial<TsdbLimits> {
  const said = Object.entries(BUDGETS).flatMap(([key, limit]) => {
    const field = fields?.find(key);
    if (field === undefined) return [];
    const count = readCount(field, 1);
    if (count < 1) field.fault(`${field.path} must be 1 at least, or nothing is stored`);
    return [[limit, count] as const];
  });
  return Object.fromEntries(said);
}

function checkShare(value: YamlValue | undefined, most: number): void {
  const share = value?.number() ?? 0;
  if (share < 0 || share > most) value?.fault(`${value.path} must be from 0 to ${most}`);
}

function remarkIdle(tsdb: YamlFields | undefined, retention: YamlFields | undefined): void {
  const idle = [
    [
      tsdb?.find('stale_series_compaction_threshold'),
      'series that ended leave memory with their window; leave it out',
    ],
    [tsdb?.find('chunk_encoding'), 'Nines chooses the encoding itself; leave it out'],
    [retention?.find('percentage'), 'say how much of the disk with storage.tsdb.retention.size'],
  ] as const;
  for (const [field, why] of idle) field?.remark(`${field.path} has no effect: ${why}`);
}
