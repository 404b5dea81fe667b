/** For tests: a store and an engine as they run, fed with pages as targets show them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalog, createCatalog } from '../catalog/index.ts';
import { createManualClock, createSilentLog, type ManualClock } from '../platform/index.ts';
import { createQueryEngine, parseSelector, type QueryEngine } from '../promql/index.ts';
import { createLabels, createLabelsFromPairs, type Labels } from '../series/index.ts';
import { type LabelledSample, openTsdb, type Tsdb } from '../tsdb/index.ts';
import { createSignals, type Signals } from './service.ts';

const START_MS = Date.UTC(2026, 0, 1, 2, 10);
export const INTERVAL_MS = 15_000;

export interface World {
  readonly clock: ManualClock;
  readonly tsdb: Tsdb;
  readonly engine: QueryEngine;
  readonly catalog: Catalog;
  readonly signals: Signals;
  /** What targets there are; a test may add its own. */
  readonly targets: { readonly labels: Labels; readonly intervalMs: number }[];
  /** Takes in a page of a target now. */
  scrape(target: Readonly<Record<string, string>>, page: string): void;
  close(): Promise<void>;
}

/** Opens an empty world. */
export function openWorld(): World {
  const dir = mkdtempSync(join(tmpdir(), 'nines-signals-'));
  const clock = createManualClock(START_MS);
  const log = createSilentLog();
  const tsdb = openTsdb({ dir, clock, log, retentionMs: 86_400_000, freeBytes: () => 1e12 });
  const engine = createQueryEngine({ queryable: tsdb, clock });
  const catalog = createCatalog();
  const targets: World['targets'] = [];
  const signals = createSignals({
    engine,
    index: tsdb,
    catalog,
    targets: () => targets,
    clock,
    log,
    pause: async () => undefined,
  });
  return {
    clock,
    tsdb,
    engine,
    catalog,
    signals,
    targets,
    scrape(target, page) {
      const timeMs = clock.now();
      const up = {
        labels: createLabels({ __name__: 'up', ...target }),
        timeMs,
        value: 1,
        isStale: false,
      };
      tsdb.writeSamples([up, ...readPage(page, target, timeMs)]);
    },
    async close() {
      await signals.stop();
      await tsdb.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The samples of a page in the text format, as far as the pages of tests use it. */
function readPage(
  page: string,
  target: Readonly<Record<string, string>>,
  timeMs: number,
): readonly LabelledSample[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.lastIndexOf(' ');
      const own = parseSelector(line.slice(0, at)).map(({ name, value }): [string, string] => [
        name,
        value,
      ]);
      const labels = createLabelsFromPairs([...own, ...Object.entries(target)]);
      return { labels, timeMs, value: readNumber(line.slice(at + 1)), isStale: false };
    });
}

function readNumber(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}

/** Requests so far of a service with known traffic: a hundred a second, four in a hundred fail. */
export interface Traffic {
  readonly okCount: number;
  readonly failedCount: number;
  /** How many of them took at most so many seconds. */
  countWithin(seconds: number, outcome: 'ok' | 'failed'): number;
  readonly sumSeconds: number;
}

export const REQUESTS_PER_SECOND = 100;
export const FAILED_RATIO = 0.04;
/** Most take between these, one in a hundred the third, and one in five hundred the last. */
export const DURATIONS = { p50: 0.07, p99: 1.5, 'p99.9': 6 };

/** The traffic of so many seconds since the start. */
export function createTraffic(seconds: number): Traffic {
  const total = seconds * REQUESTS_PER_SECOND;
  const failedCount = total * FAILED_RATIO;
  const share = { ok: 1 - FAILED_RATIO, failed: FAILED_RATIO };
  return {
    okCount: total - failedCount,
    failedCount,
    sumSeconds: total * 0.1,
    countWithin(limit, outcome) {
      const slowest = limit >= DURATIONS['p99.9'] ? 0.002 : 0;
      const slow = limit >= DURATIONS.p99 ? 0.01 : 0;
      const most = limit >= DURATIONS.p50 ? 0.988 : 0;
      return total * share[outcome] * (most + slow + slowest);
    },
  };
}

/** The lines of a classic histogram of one outcome. */
export function formatHistogram(what: {
  readonly metric: string;
  readonly labels: string;
  readonly bounds: readonly number[];
  /** Units in a second: 1000 for milliseconds. */
  readonly scale?: number;
  readonly traffic: Traffic;
  readonly outcome: 'ok' | 'failed';
}): string {
  const { metric, labels, bounds, scale = 1, traffic, outcome } = what;
  const total = outcome === 'ok' ? traffic.okCount : traffic.failedCount;
  const braces = (more: string): string => {
    const inside = [labels, more].filter((part) => part !== '').join(',');
    return inside === '' ? '' : `{${inside}}`;
  };
  return [
    ...bounds.map(
      (bound) =>
        `${metric}_bucket${braces(`le="${bound}"`)} ${traffic.countWithin(bound / scale, outcome)}`,
    ),
    `${metric}_bucket${braces('le="+Inf"')} ${total}`,
    `${metric}_count${braces('')} ${total}`,
    `${metric}_sum${braces('')} ${traffic.sumSeconds * scale}`,
  ].join('\n');
}
