/** What a scrape asks for and what it takes the answer for. */
import { invalid } from '../platform/index.ts';
import type { ScrapeConfig, ScrapeProtocol } from './config.ts';

/** The kinds of bodies that are read; all versions of a text format are read alike. */
export type BodyFormat = 'text' | 'openmetrics' | 'protobuf';

const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

const MEDIA_TYPES: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto: PROTOBUF,
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};
/** Prometheus knows five formats and gives the first one more than that in tenths. */
const TOP_WEIGHT = 6;

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['text/plain', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/vnd.google.protobuf', 'protobuf'],
]);

/** The headers of each request of a job. */
export function scrapeHeaders(
  config: ScrapeConfig,
  options: { readonly timeoutMs: number; readonly version: string },
): Readonly<Record<string, string>> {
  return {
    Accept: acceptHeader(config),
    'Accept-Encoding': config.enableCompression ? 'gzip' : 'identity',
    'User-Agent': `Nines/${options.version}`,
    'X-Prometheus-Scrape-Timeout-Seconds': String(options.timeoutMs / 1000),
  };
}

/** The formats in order of preference, then anything. Only the newer two know of escaping. */
function acceptHeader(config: ScrapeConfig): string {
  const types = config.scrapeProtocols.map((protocol) => {
    const isEscaped = protocol === 'PrometheusText1.0.0' || protocol === 'OpenMetricsText1.0.0';
    return MEDIA_TYPES[protocol] + (isEscaped ? `;escaping=${config.nameEscaping}` : '');
  });
  return [...types, '*/*'].map((type, i) => `${type};q=0.${TOP_WEIGHT - i}`).join(',');
}

/**
 * Tells what a body is by its Content-Type, or throws where it is not of a kind that is read here;
 * Prometheus 3 is as strict.
 */
export function readContentType(contentType: string, config: ScrapeConfig): BodyFormat {
  const mediaType = contentType.split(';', 1)[0].trim().toLowerCase();
  const format = FORMATS.get(mediaType);
  if (format !== undefined) return format;
  const fallback = config.fallbackScrapeProtocol;
  if (fallback !== undefined) {
    return FORMATS.get(MEDIA_TYPES[fallback].split(';', 1)[0]) ?? 'text';
  }
  const got = contentType === '' ? 'no Content-Type' : `Content-Type "${contentType}"`;
  const advice = 'set fallback_scrape_protocol: PrometheusText0.0.4 if it is text all the same';
  throw invalid('SCRAPE_CONTENT_TYPE', `the target sent ${got}; ${advice}`);
}
