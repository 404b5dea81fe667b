/** Runs one probe from beginning to end; it never throws. */
import {
  type Clock,
  errorMessage,
  type HttpClientConfig,
  type TlsConfig,
} from '../platform/index.ts';
import { probeDns } from './dns-prober.ts';
import { probeHttp } from './http-prober.ts';
import { probeIcmp } from './icmp-prober.ts';
import { TIMEOUT_MS } from './limits.ts';
import type { ProbeModule } from './module.ts';
import { type Evidence, type Phase, ProbeRun } from './run.ts';
import { probeTcp, probeUnix } from './stream-prober.ts';
import type { TlsSettings } from './tls.ts';

/** What a prober needs of others: whoever reads credentials and certificates. */
export interface ProbeAccess {
  /** The headers that credentials and `http_headers` come to. */
  readonly readAccess: (
    client: HttpClientConfig,
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string | readonly string[]>>>;
  readonly readTls: (config: TlsConfig) => Promise<TlsSettings>;
}

export interface ProbeOrder {
  readonly module: ProbeModule;
  readonly target: string;
  /** The name that is asked for, where it is not the target's; undefined: it is. */
  readonly hostname?: string;
  /** How long whoever asks waits; undefined: as long as it takes. */
  readonly timeoutMs?: number;
  /** Whether addresses that are not on the internet may be reached. */
  readonly allowsPrivate: boolean;
  /** Calls it off. */
  readonly signal?: AbortSignal;
}

/** An order with all that the probers ask for. */
export interface ProbeNeeds extends ProbeAccess, Omit<ProbeOrder, 'timeoutMs'> {
  readonly timeoutMs: number;
}

export interface ProbeResult {
  readonly isSuccess: boolean;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
  readonly phases: readonly Phase[];
  readonly evidence: Evidence;
  /** What it said of itself, a line for each step. */
  readonly lines: readonly string[];
  /** In Prometheus' text format. */
  readonly metrics: string;
}

export interface ProberOptions extends ProbeAccess {
  readonly clock: Clock;
}

const PROBERS = {
  http: probeHttp,
  tcp: probeTcp,
  unix: probeUnix,
  icmp: probeIcmp,
  dns: probeDns,
} as const;

/** The shorter of what the module allows and what whoever asks waits for. */
function chooseTimeout(module: ProbeModule, askedMs = TIMEOUT_MS): number {
  return module.timeoutMs > 0 ? Math.min(module.timeoutMs, askedMs) : askedMs;
}

export async function runProbe(order: ProbeOrder, options: ProberOptions): Promise<ProbeResult> {
  const { clock, readAccess, readTls } = options;
  const { module } = order;
  const timeoutMs = chooseTimeout(module, order.timeoutMs);
  const time = new AbortController();
  const timer = clock.after(timeoutMs, () => {
    time.abort(new Error(`no verdict within ${timeoutMs / 1000} s`));
  });
  const signal =
    order.signal === undefined ? time.signal : AbortSignal.any([time.signal, order.signal]);
  const run = new ProbeRun({ clock, signal, allowsPrivate: order.allowsPrivate });
  const startedAt = clock.now();
  const isSuccess = await judge(run, { ...withHostname(order), timeoutMs, readAccess, readTls });
  timer.cancel();
  const durationMs = run.elapsedMs();
  const phases = run.phases();
  run.set('probe_success', isSuccess ? 1 : 0);
  run.set('probe_duration_seconds', durationMs / 1000);
  run.set('probe_timeout_seconds', timeoutMs / 1000);
  return {
    isSuccess,
    startedAt,
    durationMs,
    timeoutMs,
    phases,
    evidence: run.evidence,
    lines: run.lines,
    metrics: run.formatMetrics(),
  };
}

async function judge(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  const { module } = needs;
  const [refusal] = module.refusals;
  if (refusal !== undefined) return run.fail(`this module cannot run here: ${refusal}`);
  const { prober } = module;
  if (prober === 'grpc' || prober === 'websocket') {
    return run.fail(`the prober ${prober} is not supported`);
  }
  try {
    return await PROBERS[prober](run, needs);
  } catch (error) {
    return run.fail(describe(run.signal.aborted ? run.signal.reason : error));
  }
}

const NETWORK_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^connect ECONNREFUSED (\S+).*/, '$1 refused the connection'],
  [/^connect EHOSTUNREACH (\S+).*/, 'there is no route to $1'],
  [/^connect ENETUNREACH (\S+).*/, 'there is no route to the network of $1'],
  [/^(?:read|write) ECONNRESET$/, 'the target closed the connection early'],
  [/^socket hang up$/, 'the target closed the connection without an answer'],
];

/** The message with those of its causes, which name what the system said. */
function describe(error: unknown): string {
  const message = describeAll(error);
  const known = NETWORK_WORDS.find(([pattern]) => pattern.test(message));
  return known === undefined ? message : message.replace(...known);
}

function describeAll(error: unknown): string {
  const words = [errorMessage(error)];
  let at = error instanceof Error ? error.cause : undefined;
  for (let i = 0; at instanceof Error && i < 4; i++) {
    words.push(at.message);
    at = at.cause;
  }
  return words.join(': ');
}

/** Whoever asks for another name than the target's means the Host header, or TLS' server name. */
function withHostname(order: ProbeOrder): ProbeOrder {
  const { hostname, module } = order;
  if (hostname === undefined || module.prober !== 'http') return order;
  const headers = [
    ...module.http.headers.filter(([name]) => name.toLowerCase() !== 'host'),
    ['Host', hostname] as const,
  ];
  return { ...order, module: { ...module, http: { ...module.http, headers } } };
}
