/** When a version of a service was first seen while another one ran, by what instances say. */
import type { Deploy } from '@nines/contract';
import { AppError } from '../platform/index.ts';
import type { QueryEngine } from '../promql/index.ts';
import type { Labels, Matcher } from '../series/index.ts';
import {
  DEPLOY_STEP_MS,
  DEPLOYS_MAX,
  DEPLOYS_MS,
  DEPLOYS_STEP_MS,
  DEPLOYS_TIMEOUT_MS,
} from './limits.ts';
import { bindVersions, listVersions } from './versions.ts';

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A series that tells a version, and from when to when it was there. */
export interface VersionSeries {
  readonly labels: Labels;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * The last day on a grid that does not move with the clock, so that a deploy has the same time
 * whenever it is asked for. It ends up to a step from now, where the newest samples still count.
 */
export function chooseDeployRange(nowMs: number): Range {
  const toMs = Math.ceil(nowMs / DEPLOYS_STEP_MS) * DEPLOYS_STEP_MS;
  return { fromMs: toMs - DEPLOYS_MS, toMs, stepMs: DEPLOYS_STEP_MS };
}

interface Versions {
  readonly engine: QueryEngine;
  readonly selectors: readonly (readonly Matcher[])[];
}

/** The series of a service that tell versions within a range; none where there are too many. */
export function readVersionSeries(
  { engine, selectors }: Versions,
  range: Range,
): readonly VersionSeries[] {
  try {
    const { value } = engine.evaluateRange({
      text: '',
      expr: bindVersions(selectors),
      ...range,
      timeoutMs: DEPLOYS_TIMEOUT_MS,
    });
    if (value.kind !== 'matrix') return [];
    return value.series.map(({ labels, timesMs }) => ({
      labels,
      firstMs: timesMs[0],
      lastMs: timesMs[timesMs.length - 1],
    }));
  } catch (error) {
    // A service of thousands of instances: its page works, and a moment can be chosen by hand.
    if (error instanceof AppError && error.code.startsWith('QUERY_')) return [];
    throw error;
  }
}

/** The newest deploys, each looked at once more for the scrape that first showed it. */
export function listDeploys(
  versions: Versions,
  infos: readonly VersionSeries[],
  { fromMs }: Range,
): Deploy[] {
  return findDeploys(infos, fromMs).map((deploy) => {
    const { at, version } = deploy;
    const near = { fromMs: at - DEPLOYS_STEP_MS, toMs: at, stepMs: DEPLOY_STEP_MS };
    const closer = readVersionSeries(versions, near).filter(({ labels }) =>
      listVersions([labels]).some((one) => one.version === version),
    );
    return { ...deploy, at: Math.min(at, ...closer.map(({ firstMs }) => firstMs)) };
  });
}

interface Seen {
  firstMs: number;
  lastMs: number;
}

/** Versions that came after the range began, while another was there; the newest first. */
export function findDeploys(infos: readonly VersionSeries[], fromMs: number): readonly Deploy[] {
  const telling = new Set(
    listVersions(infos.map(({ labels }) => labels)).map(({ version, source }) => version + source),
  );
  const seen = new Map<string, Seen>();
  for (const { labels, firstMs, lastMs } of infos) {
    for (const { version, source } of listVersions([labels])) {
      if (!telling.has(version + source)) continue;
      const known = seen.get(version) ?? { firstMs, lastMs };
      known.firstMs = Math.min(known.firstMs, firstMs);
      known.lastMs = Math.max(known.lastMs, lastMs);
      seen.set(version, known);
    }
  }
  return [...seen]
    .filter(([, { firstMs }]) => firstMs > fromMs + DEPLOYS_STEP_MS)
    .map(([version, { firstMs }]) => ({
      at: firstMs,
      version,
      before: [...seen].flatMap(([other, { firstMs: begun, lastMs }]) =>
        begun < firstMs && lastMs >= firstMs - 2 * DEPLOYS_STEP_MS ? [other] : [],
      ),
    }))
    .filter(({ before }) => before.length > 0)
    .sort((a, b) => b.at - a.at)
    .slice(0, DEPLOYS_MAX);
}
