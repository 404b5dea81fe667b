/**
 * One request to a receiver, tried until it is decided: taken, refused for good, or the end of us.
 *
 * The rules are those of the specification: 2xx is done, 5xx and what has no answer is tried again
 * with pauses that grow and vary, 429 where the configuration says so, any other answer is final.
 */
import { type Clock, describeError, errorMessage, type Random } from '../platform/index.ts';
import { ANSWER_CHARS_MAX, RETRY_AFTER_MS_MAX } from './limits.ts';
import type { RemoteWriteConfig, SendAnswer, SendTarget } from './send-config.ts';
import type { WriteVersion } from './receiver.ts';

export type Verdict =
  | { readonly kind: 'sent' }
  /** Never to be tried again; why, in the receiver's words. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The receiver does not speak version 2. */
  | { readonly kind: 'unsupported' }
  /** We are stopping: it stays in the log. */
  | { readonly kind: 'stopped' };

/** What came of one try. */
type Attempt = Exclude<Verdict, { kind: 'stopped' }> | Retry;
interface Retry {
  readonly kind: 'retry';
  readonly why: string;
  readonly afterMs: number | undefined;
}

export interface DeliveryOptions {
  readonly target: SendTarget;
  readonly version: WriteVersion;
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  /** Called for each try that will be followed by another. */
  readonly onRetry: (why: string) => void;
}

/** Sends packed bytes, however long it takes. */
export async function deliver(body: Uint8Array, options: DeliveryOptions): Promise<Verdict> {
  const { target, clock, random, signal } = options;
  const { minBackoffMs, maxBackoffMs } = target.config.queue;
  let backoffMs = minBackoffMs;
  while (!signal.aborted) {
    const attempt = await tryOnce(body, options);
    if (attempt.kind !== 'retry') return attempt;
    if (signal.aborted) break;
    options.onRetry(attempt.why);
    // Half of it at least, so that many queues do not come back at once, nor at once.
    const pauseMs = attempt.afterMs ?? backoffMs * (0.5 + random.float() / 2);
    await pause(pauseMs, clock, signal);
    backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
  }
  return { kind: 'stopped' };
}

async function tryOnce(body: Uint8Array, options: DeliveryOptions): Promise<Attempt> {
  const { target, version, clock, signal, userAgent } = options;
  const { config } = target;
  const timeout = new AbortController();
  const onStop = (): void => timeout.abort(new Error('stopping'));
  signal.addEventListener('abort', onStop, { once: true });
  const timer = clock.after(config.timeoutMs, () => {
    timeout.abort(new Error(`no answer within ${config.timeoutMs} ms`));
  });
  try {
    const headers = createHeaders(config, version, userAgent);
    return judge(await target.send({ headers, body, signal: timeout.signal }), options);
  } catch (error) {
    return { kind: 'retry', why: describeCause(error), afterMs: undefined };
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onStop);
  }
}

function describeCause(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : undefined;
  const text = errorMessage(error);
  return cause === undefined ? text : `${text}: ${describeError(cause).split('\n', 1)[0]}`;
}

function createHeaders(
  config: RemoteWriteConfig,
  version: WriteVersion,
  userAgent: string,
): Record<string, string> {
  const isV2 = version === 'v2';
  return {
    ...config.headers,
    'content-encoding': 'snappy',
    'content-type': isV2
      ? 'application/x-protobuf;proto=io.prometheus.write.v2.Request'
      : 'application/x-protobuf',
    'x-prometheus-remote-write-version': isV2 ? '2.0.0' : '0.1.0',
    'user-agent': userAgent,
  };
}

const WRITTEN = /^x-prometheus-remote-write-\w+-written$/;

function judge(answer: SendAnswer, { target, version, clock }: DeliveryOptions): Attempt {
  const { status, headers } = answer;
  const why = `HTTP status ${status}: ${firstLine(answer.text)}`;
  if (status >= 200 && status < 300) {
    // A receiver of version 1 may read nothing of version 2, and find nothing wrong with it.
    const isHeard = version === 'v1' || Object.keys(headers).some((name) => WRITTEN.test(name));
    return isHeard ? { kind: 'sent' } : { kind: 'unsupported' };
  }
  if (status === 415 && version === 'v2') return { kind: 'unsupported' };
  const isRetried = status >= 500 || (status === 429 && target.config.queue.retryOn429);
  if (!isRetried) return { kind: 'refused', why };
  return { kind: 'retry', why, afterMs: readRetryAfter(headers['retry-after'], clock.now()) };
}

function firstLine(text: string): string {
  const [line] = text.trim().split('\n', 1);
  return line.slice(0, ANSWER_CHARS_MAX);
}

/** Seconds, or a date. */
function readRetryAfter(
  value: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return waitMs >= 0 ? Math.min(waitMs, RETRY_AFTER_MS_MAX) : undefined;
}

/** Waits, or less where the signal fires. */
export async function pause(durationMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.after(durationMs, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
