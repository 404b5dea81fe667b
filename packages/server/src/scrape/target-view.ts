/** What people and the API are shown of targets. */
import type { Labels } from '../series/index.ts';

export type TargetHealth = 'unknown' | 'up' | 'down';

export interface TargetView {
  /** Stays the same for the same target over reloads and restarts. */
  readonly id: string;
  /** The job's name. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** As seen from other machines: loopback hosts replaced by our own name. */
  readonly globalUrl: string;
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly health: TargetHealth;
  /** When `health` took its present value; undefined before the first scrape. */
  readonly healthSince: number | undefined;
  /** Why the target is down, in words; '' where it is not. */
  readonly lastError: string;
  /** The stable code of the reason; '' where there is none. */
  readonly lastErrorCode: string;
  readonly lastScrapeAt: number | undefined;
  readonly lastScrapeDurationMs: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Samples of the last scrape, before and after metric relabelling. */
  readonly scrapedCount: number;
  readonly keptCount: number;
  readonly seriesAddedCount: number;
  readonly bodyBytes: number;
}

/** A discovered address that is not scraped. */
export interface DroppedTargetView {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
  /** What is wrong with it; undefined where a rule dropped it. */
  readonly reason: string | undefined;
}

export interface HealthChange {
  readonly target: TargetView;
  readonly from: TargetHealth;
  readonly to: TargetHealth;
  readonly at: number;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** An address with our own host name where it says loopback, as links for other machines need. */
export function globalUrlOf(url: string, hostname: string | undefined): string {
  const parsed = URL.parse(url);
  if (hostname === undefined || parsed === null || !LOOPBACK.includes(parsed.hostname)) return url;
  return url.replace(parsed.hostname, hostname);
}
