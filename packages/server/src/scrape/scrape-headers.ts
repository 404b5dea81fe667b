/** What a scrape asks for and what it takes the answer for. */
import { invalid } from '../platform/index.ts';
import type { ScrapeConfig, ScrapeProtocol } from './config.ts';

const MEDIA_TYPES: Readonly<Record<ScrapeProtocol, string>> = {
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
};
const LATER_MEDIA_TYPES = ['application/openmetrics-text', 'application/vnd.google.protobuf'];
/** Prometheus knows five formats and gives the first one more than that in tenths. */
const TOP_WEIGHT = 6;

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

/** The formats in order of preference, then anything. */
function acceptHeader(config: ScrapeConfig): string {
  const types = config.scrapeProtocols.map((protocol) => {
    const isEscaped = protocol === 'PrometheusText1.0.0';
    return MEDIA_TYPES[protocol] + (isEscaped ? `;escaping=${config.nameEscaping}` : '');
  });
  return [...types, '*/*'].map((type, i) => `${type};q=0.${TOP_WEIGHT - i}`).join(',');
}

/** Throws where a body is not of a kind that is read here; Prometheus 3 is as strict. */
export function checkContentType(contentType: string, config: ScrapeConfig): void {
  const mediaType = contentType.split(';', 1)[0].trim().toLowerCase();
  if (mediaType === 'text/plain') return;
  const got = contentType === '' ? 'no Content-Type' : `Content-Type "${contentType}"`;
  if (LATER_MEDIA_TYPES.includes(mediaType)) {
    const message = `the target sent ${got}, which is not supported yet, though text was asked for`;
    throw invalid('SCRAPE_CONTENT_TYPE', message);
  }
  if (config.fallbackScrapeProtocol !== undefined) return;
  const advice = 'set fallback_scrape_protocol: PrometheusText0.0.4 if it is text all the same';
  throw invalid('SCRAPE_CONTENT_TYPE', `the target sent ${got}; ${advice}`);
}
