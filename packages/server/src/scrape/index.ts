/**
 * Scraping: asks targets for their metrics and hands the samples to a store.
 *
 * ```
 * scrape_configs ─ config-reader ─▶ ScrapeConfig ─ target (relabel) ─▶ Target
 *                                                                        │ target-loop, at the times of its grid
 *   store ◀─ append ─ scrape-record ◀─ series-cache ◀─ bytes ◀─ http-fetch
 * ```
 *
 * The store is an `Appender`; `app` brings it. What a scrape costs is decided in `series-cache` and
 * `line-table`, which see a series' labels once and its bytes from then on.
 */
export type { GlobalConfig, ScrapeConfig } from './config.ts';
export {
  DEFAULT_GLOBAL,
  readGlobal,
  readScrapeConfigs,
  readStaticConfigs,
} from './config-reader.ts';
export { readRelabelConfigs } from './config-relabel.ts';
export { DISCOVERY_KEYS, readDiscoveries } from './discovery/read-discoveries.ts';
export type { FetchBody } from './fetch-body.ts';
export { createHttpAccess, createHttpClient, type HttpClient } from './http-client.ts';
export { compileRelabelRules, relabel, type RelabelConfig } from './relabel.ts';
export {
  checkMetrics,
  type ExpositionFormat,
  guessFormat,
} from './metrics-check.ts';
export type { DiscoveryCounts, DiscoveryState } from './discovery/discovery-manager.ts';
export {
  OpenMetricsFault,
  type OpenMetricsSink,
  OpenMetricsStream,
} from './openmetrics-stream.ts';
export type { RelabelStep } from './relabel-steps.ts';
export { REPORT_NAMES } from './report-series.ts';
export { viewRule, viewScrapeConfig } from './scrape-config-view.ts';
export { createScrapeManager, type ScrapeManager, type ShardCounts } from './scrape-manager.ts';
export type { ShardConfig } from './shard.ts';
export type { TargetView } from './target-view.ts';
