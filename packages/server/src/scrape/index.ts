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
export type { Appender, AppendOutcome, SampleBatch, SeriesRef } from './appender.ts';
export {
  DEFAULT_HTTP_CLIENT,
  DEFAULT_SCRAPE_PROTOCOLS,
  type GlobalConfig,
  type HttpAuth,
  type HttpClientConfig,
  NO_LIMITS,
  type ScrapeConfig,
  type ScrapeLimits,
  type ScrapeProtocol,
  type Secret,
  type TargetGroup,
  type TlsConfig,
} from './config.ts';
export { readHttpClient } from './config-http.ts';
export { DEFAULT_GLOBAL, readGlobal, readScrapeConfigs } from './config-reader.ts';
export { readRelabelConfigs } from './config-relabel.ts';
export type { FetchBody, FetchedBody, FetchRequest } from './fetch-body.ts';
export { createHttpFetcher, type HttpFetcher } from './http-fetch.ts';
export {
  compileRelabelRules,
  type RelabelAction,
  type RelabelConfig,
  type RelabelRule,
  relabel,
} from './relabel.ts';
export {
  createScrapeManager,
  type MetadataEntry,
  type ScrapeManager,
  type ScrapeManagerOptions,
} from './scrape-manager.ts';
export type { ScrapeCounters } from './scrape-stats.ts';
export type { MetricMetadata } from './series-cache.ts';
export type {
  DroppedTargetView,
  HealthChange,
  TargetHealth,
  TargetView,
} from './target-view.ts';
