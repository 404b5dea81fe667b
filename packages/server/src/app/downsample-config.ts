/** Reads `storage.downsample`: which aggregates are made of samples, and how long they are kept. */
import type { YamlFields, YamlValue } from '../platform/index.ts';
import { loadAggregateEvaluation, type OpenAggregates } from '../promql/index.ts';
import type { DownsampleLevel } from '../tsdb/index.ts';

const DAY_MS = 86_400_000;
/** By then scrapes and clocks that were late by hours are in. */
const AFTER_MS = DAY_MS;
/** Shorter intervals save little over samples. */
const EVERY_MS_MIN = 60_000;
/** Each is a pass over all samples. */
const LEVELS_MAX = 4;

/** How long samples are kept, and how late they may come. */
interface Ages {
  readonly retentionMs: number;
  readonly lateWindowMs: number;
}

/** The levels, the shortest intervals first; each is kept for longer than the one before it. */
export function readDownsample(
  value: YamlValue | undefined,
  ages: Ages,
): readonly DownsampleLevel[] {
  const items = value?.list() ?? [];
  if (items.length > LEVELS_MAX) value?.fault(`${value.path} may have ${LEVELS_MAX} items at most`);
  const levels: DownsampleLevel[] = [];
  for (const item of items) {
    const fields = item.fields(['every', 'after', 'keep']);
    const every = fields.find('every');
    const keep = fields.find('keep');
    if (every === undefined || keep === undefined) {
      item.fault(`${item.path} needs every and keep`);
      continue;
    }
    const finer = levels.at(-1);
    levels.push({
      everyMs: readEvery(every, finer),
      afterMs: readAfter(item, fields, ages),
      keepMs: readKeep(keep, finer, ages),
    });
  }
  return levels;
}

function readEvery(every: YamlValue, finer: DownsampleLevel | undefined): number {
  const everyMs = every.durationMs();
  if (everyMs < EVERY_MS_MIN || DAY_MS % everyMs !== 0) {
    every.fault(`${every.path} must be 1m at least and divide a day, such as 5m or 1h`);
  }
  if (finer !== undefined && (everyMs % finer.everyMs !== 0 || everyMs === finer.everyMs)) {
    every.fault(`${every.path} must be a multiple of that of the item before it`);
  }
  return everyMs;
}

function readAfter(
  item: YamlValue,
  fields: YamlFields,
  { retentionMs, lateWindowMs }: Ages,
): number {
  const after = fields.find('after');
  const afterMs = after?.durationMs() ?? AFTER_MS;
  const place = after ?? item;
  if (afterMs > retentionMs) {
    place.fault(
      `${item.path}.after is longer than storage.tsdb.retention.time: samples would have to wait`,
    );
  }
  if (afterMs < lateWindowMs) {
    place.fault(
      `${item.path}.after is shorter than storage.tsdb.out_of_order_time_window: ` +
        'late samples would miss their aggregates',
    );
  }
  return afterMs;
}

function readKeep(
  keep: YamlValue,
  finer: DownsampleLevel | undefined,
  { retentionMs }: Ages,
): number {
  const keepMs = keep.durationMs();
  if (keepMs <= (finer?.keepMs ?? retentionMs)) {
    const other =
      finer === undefined ? 'storage.tsdb.retention.time' : 'that of the item before it';
    keep.fault(`${keep.path} must be longer than ${other}, or nobody reads what it keeps`);
  }
  return keepMs;
}

/** What answers from aggregates; nothing is loaded where none are kept. */
export async function loadAggregates(
  levels: readonly DownsampleLevel[],
): Promise<OpenAggregates | undefined> {
  return levels.length === 0 ? undefined : loadAggregateEvaluation();
}
