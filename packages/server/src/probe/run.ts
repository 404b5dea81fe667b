/**
 * One probe while it runs: its metrics, what it says of itself, and the evidence of how it went.
 *
 * Metrics are blackbox_exporter's by name, help and label. A family without samples is left out,
 * as it is there.
 */
import type { Clock } from '../platform/index.ts';
import { formatFloat } from '../series/index.ts';
import { EVIDENCE_HEADERS_MAX, LOG_CHARS_MAX, LOG_LINES_MAX } from './limits.ts';
import { METRIC_HELPS } from './metric-helps.ts';

export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

/** A server's certificate, the leaf of its chain. */
export interface CertificateEvidence {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  readonly serialNumber: string;
  readonly fingerprint: string;
  /** The first of the chain to expire. */
  readonly expiresAt: number;
  readonly tlsVersion: string;
}

/** What a probe saw, for people who ask why it failed. */
export interface Evidence {
  /** Why it failed, in a sentence; undefined: it did not. */
  reason: string | undefined;
  /** The address that was connected to. */
  address: string | undefined;
  /** As the protocol says it: `HTTP/1.1 503`, `NXDOMAIN`. */
  answer: string | undefined;
  headers: readonly (readonly [string, string])[];
  certificate: CertificateEvidence | undefined;
  /** The beginning of what the target sent. */
  firstBytes: string;
}

type LabelPairs = readonly (readonly [string, string])[];

/** Mutable while the probe runs, and read when it is over. */
export class ProbeRun {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly allowsPrivate: boolean;
  readonly evidence: Evidence = {
    reason: undefined,
    address: undefined,
    answer: undefined,
    headers: [],
    certificate: undefined,
    firstBytes: '',
  };
  readonly #families = new Map<string, Map<string, number>>();
  readonly #lines: string[] = [];
  readonly #startedMs: number;

  constructor(options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly allowsPrivate: boolean;
  }) {
    this.clock = options.clock;
    this.signal = options.signal;
    this.allowsPrivate = options.allowsPrivate;
    this.#startedMs = options.clock.monotonicMs();
  }

  elapsedMs(): number {
    return this.clock.monotonicMs() - this.#startedMs;
  }

  set(name: string, value: number, labels: LabelPairs = []): void {
    const family = this.#families.get(name) ?? new Map<string, number>();
    this.#families.set(name, family);
    family.set(formatPairs(labels), value);
  }

  /** Adds to the duration of a phase, which is summed over all redirects. */
  addPhase(name: string, phase: string, durationMs: number): void {
    const labels = formatPairs([['phase', phase]]);
    const before = this.#families.get(name)?.get(labels) ?? 0;
    this.set(name, before + durationMs / 1000, [['phase', phase]]);
  }

  say(message: string): void {
    if (this.#lines.length >= LOG_LINES_MAX) return;
    const at = this.elapsedMs().toFixed(1);
    this.#lines.push(`+${at}ms ${message.slice(0, LOG_CHARS_MAX)}`);
  }

  /** Notes why the probe fails, the first reason for good; answers false. */
  fail(reason: string): false {
    this.say(reason);
    this.evidence.reason ??= reason.slice(0, LOG_CHARS_MAX);
    return false;
  }

  noteHeaders(headers: LabelPairs): void {
    this.evidence.headers = headers.slice(0, EVIDENCE_HEADERS_MAX).map(([name, value]) => {
      return [name, value.slice(0, LOG_CHARS_MAX)] as const;
    });
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The phases that were measured, in the order in which they came. */
  phases(): readonly Phase[] {
    for (const [name, family] of this.#families) {
      if (!name.endsWith('_duration_seconds') || name === 'probe_duration_seconds') continue;
      return [...family].map(([labels, seconds]) => {
        return { name: labels.slice('{phase="'.length, -'"}'.length), durationMs: seconds * 1000 };
      });
    }
    return [];
  }

  /** All metrics in the text format, in the order of their names. */
  formatMetrics(): string {
    const parts: string[] = [];
    for (const name of [...this.#families.keys()].toSorted()) {
      parts.push(`# HELP ${name} ${METRIC_HELPS[name]}\n# TYPE ${name} gauge\n`);
      const samples = [...(this.#families.get(name) ?? [])];
      for (const [labels, value] of samples) parts.push(`${name}${labels} ${formatFloat(value)}\n`);
    }
    return parts.join('');
  }
}

function formatPairs(labels: LabelPairs): string {
  if (labels.length === 0) return '';
  const pairs = labels.map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return `{${pairs.join(',')}}`;
}

/** The format escapes these three and nothing else. */
function escapeValue(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
