/**
 * What one entry of `scrape_configs` says, in Prometheus' own syntax, with every default filled
 * in. Plain data: two equal configurations are equal as JSON, which is how a reload finds out
 * which jobs it may leave alone.
 */
import type { HttpClientConfig } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type { DiscoveryConfig } from './discovery/config.ts';
import type { NameValidation } from './name-validation.ts';
import type { RelabelConfig } from './relabel.ts';

/** The formats that we read; the names are Prometheus'. */
export type ScrapeProtocol =
  | 'PrometheusProto'
  | 'OpenMetricsText1.0.0'
  | 'OpenMetricsText0.0.1'
  | 'PrometheusText1.0.0'
  | 'PrometheusText0.0.4';

/** How a target should write names that the old character set does not allow. */
export type NameEscaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** Bounds on what one target may send; 0 means none. */
export interface ScrapeLimits {
  readonly bodySizeBytes: number;
  readonly sampleCount: number;
  readonly targetCount: number;
  readonly labelCount: number;
  /** In bytes, as Prometheus counts. */
  readonly labelNameBytes: number;
  readonly labelValueBytes: number;
  /** Dropped targets that are kept for looking at. */
  readonly keptDroppedTargetCount: number;
}

/** What becomes of histograms. */
export interface HistogramOptions {
  /** Whether native histograms are taken in, and the format that has them is asked for first. */
  readonly isNativeScraped: boolean;
  /** Whether the classic series of a histogram are taken in beside its native form. */
  readonly isClassicAlwaysScraped: boolean;
  /** Whether classic histograms are stored as native ones with their own bounds. */
  readonly isClassicConverted: boolean;
  /** Buckets of one native histogram; more are joined until it fits. 0 means no bound. */
  readonly nativeBucketCountMax: number;
  /** How many times as wide as the one before it a bucket is at least; 0 means no bound. */
  readonly nativeBucketFactorMin: number;
}

/** Targets that share labels, as they were found; never changed, but replaced by another one. */
export interface TargetGroup {
  /** Tells the groups of one discovery apart. */
  readonly source: string;
  /** The labels of each target by itself, `__address__` among them; they win over the group's. */
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

export interface ScrapeConfig {
  readonly jobName: string;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly scheme: 'http' | 'https';
  readonly metricsPath: string;
  readonly params: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  /** Whether `scrape_timeout_seconds` and its two companions are written too. */
  readonly extraScrapeMetrics: boolean;
  readonly enableCompression: boolean;
  /** In order of preference; at least one. */
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  /** What to take a body for whose Content-Type is missing or unknown. */
  readonly fallbackScrapeProtocol: ScrapeProtocol | undefined;
  readonly nameValidation: NameValidation;
  readonly nameEscaping: NameEscaping;
  readonly histograms: HistogramOptions;
  readonly limits: ScrapeLimits;
  readonly http: HttpClientConfig;
  readonly staticConfigs: readonly TargetGroup[];
  /** What finds further targets while we run. */
  readonly discoveries: readonly DiscoveryConfig[];
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly metricRelabelConfigs: readonly RelabelConfig[];
}

/** The `global` part, with every default filled in. */
export interface GlobalConfig {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly limits: ScrapeLimits;
  /** undefined where nothing is said: then it follows from what is done with histograms. */
  readonly scrapeProtocols: readonly ScrapeProtocol[] | undefined;
  readonly nameValidation: NameValidation;
  /** undefined where it follows from `nameValidation`. */
  readonly nameEscaping: NameEscaping | undefined;
  readonly histograms: HistogramOptions;
  readonly extraScrapeMetrics: boolean;
}

/** No bound on anything. */
export const NO_LIMITS: ScrapeLimits = {
  bodySizeBytes: 0,
  sampleCount: 0,
  targetCount: 0,
  labelCount: 0,
  labelNameBytes: 0,
  labelValueBytes: 0,
  keptDroppedTargetCount: 0,
};

/** In order of preference, as in Prometheus. */
export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** Where native histograms are wanted: no text format has them. */
export const NATIVE_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'PrometheusProto',
  ...DEFAULT_SCRAPE_PROTOCOLS,
];

export const DEFAULT_HISTOGRAMS: HistogramOptions = {
  isNativeScraped: false,
  isClassicAlwaysScraped: false,
  isClassicConverted: false,
  nativeBucketCountMax: 0,
  nativeBucketFactorMin: 0,
};
