/**
 * What one entry of `scrape_configs` says, in Prometheus' own syntax, with every default filled
 * in. Plain data: two equal configurations are equal as JSON, which is how a reload finds out
 * which jobs it may leave alone.
 */
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

/** A secret that stands in the configuration or in a file that is read at each use. */
export type Secret =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

/** What the `Authorization` header of a request says. */
export type HttpAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  | { readonly kind: 'token'; readonly scheme: string; readonly token: Secret }
  | { readonly kind: 'oauth2'; readonly oauth2: OAuth2Config };

/** Where a token comes from by the client credentials grant (RFC 6749, 4.4). */
export interface OAuth2Config {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly endpointParams: readonly { readonly name: string; readonly value: string }[];
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
}

/** Whether requests go through a proxy. */
export type ProxyConfig =
  | { readonly kind: 'none' }
  /** By HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  | { readonly kind: 'environment' }
  | { readonly kind: 'url'; readonly url: string; readonly noProxy: string };

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsConfig {
  readonly ca: Secret | undefined;
  readonly cert: Secret | undefined;
  readonly key: Secret | undefined;
  /** The name that the certificate must have, where it is not the host's. */
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
}

export interface HttpHeaderConfig {
  readonly name: string;
  readonly values: readonly Secret[];
}

/** How to talk to the targets of a job. */
export interface HttpClientConfig {
  readonly auth: HttpAuth;
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
  readonly followRedirects: boolean;
  readonly headers: readonly HttpHeaderConfig[];
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

export const DEFAULT_TLS: TlsConfig = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
  minVersion: undefined,
  maxVersion: undefined,
};

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

/** Plain HTTP without credentials. */
export const DEFAULT_HTTP_CLIENT: HttpClientConfig = {
  auth: { kind: 'none' },
  tls: DEFAULT_TLS,
  proxy: { kind: 'none' },
  followRedirects: true,
  headers: [],
};
