/** Reads which formats a job asks for, and what it does with histograms. */
import { type YamlFields, type YamlValue, readCount, readFlag } from '../platform/index.ts';
import {
  DEFAULT_SCRAPE_PROTOCOLS,
  type HistogramOptions,
  NATIVE_SCRAPE_PROTOCOLS,
  type ScrapeProtocol,
} from './config.ts';

/** Keys that stand in `global` and in each job alike. */
export const FORMAT_KEYS: readonly string[] = [
  'scrape_protocols',
  'scrape_native_histograms',
  'always_scrape_classic_histograms',
  'convert_classic_histograms_to_nhcb',
];

/** Keys that stand in jobs only. */
export const JOB_FORMAT_KEYS: readonly string[] = [
  'fallback_scrape_protocol',
  'native_histogram_bucket_limit',
  'native_histogram_min_bucket_factor',
];

/** Reads what becomes of histograms; what is not said is as in `otherwise`. */
export function readHistograms(fields: YamlFields, otherwise: HistogramOptions): HistogramOptions {
  const flag = (key: string, general: boolean): boolean => readFlag(fields.find(key), general);
  const factor = fields.find('native_histogram_min_bucket_factor');
  const factorMin = factor?.number() ?? otherwise.nativeBucketFactorMin;
  if (!(factorMin >= 0 && Number.isFinite(factorMin))) {
    factor?.fault(`${factor.path} must be a number from 0 up, got ${factorMin}`);
  }
  return {
    isNativeScraped: flag('scrape_native_histograms', otherwise.isNativeScraped),
    isClassicAlwaysScraped: flag(
      'always_scrape_classic_histograms',
      otherwise.isClassicAlwaysScraped,
    ),
    isClassicConverted: flag('convert_classic_histograms_to_nhcb', otherwise.isClassicConverted),
    nativeBucketCountMax: readCount(
      fields.find('native_histogram_bucket_limit'),
      otherwise.nativeBucketCountMax,
    ),
    nativeBucketFactorMin: factorMin,
  };
}

/** Reads the formats to ask for; undefined where nothing is said. */
export function readScrapeProtocols(
  value: YamlValue | undefined,
): readonly ScrapeProtocol[] | undefined {
  if (value === undefined) return undefined;
  const items = value.list();
  const protocols: ScrapeProtocol[] = [];
  for (const item of items) {
    const name = item.string();
    const protocol = NATIVE_SCRAPE_PROTOCOLS.find((known) => known === name);
    if (protocol === undefined) item.fault(unknownProtocol(name));
    else if (protocols.includes(protocol)) item.fault(`scrape protocol "${name}" stands twice`);
    else protocols.push(protocol);
  }
  if (items.length === 0) value.fault(`${value.path} must not be empty`);
  return protocols.length === 0 ? undefined : protocols;
}

/** The formats that are asked for where nobody says which. */
export function defaultProtocols(histograms: HistogramOptions): readonly ScrapeProtocol[] {
  return histograms.isNativeScraped ? NATIVE_SCRAPE_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
}

/** The format to assume where a target does not say. */
export function readFallbackProtocol(value: YamlValue | undefined): ScrapeProtocol | undefined {
  const name = value?.string() ?? '';
  const protocol = NATIVE_SCRAPE_PROTOCOLS.find((known) => known === name);
  if (value !== undefined && name !== '' && protocol === undefined) {
    value.fault(unknownProtocol(name));
  }
  return protocol;
}

function unknownProtocol(name: string): string {
  const known = NATIVE_SCRAPE_PROTOCOLS.join(', ');
  return `"${name}" is not a scrape protocol; known are ${known} (case matters)`;
}
