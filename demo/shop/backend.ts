/**
 * How one service of the shop calls another: the next instance in turn, with the criticality of the
 * request that it serves, and held back by itself when the backend refuses (@nines/traffic).
 */
import { Agent, request } from 'node:http';
import {
  type AdaptiveThrottle,
  type Criticality,
  lowerCriticality,
  type RequestContext,
} from '@nines/traffic';
import type { CallOutcome, Metrics } from './metrics.ts';

/** Longer than the slowest healthy answer by far, shorter than a customer's patience. */
const TIMEOUT_MS = 2_000;
/** An instance that refused a connection is left alone for so long. */
const SKIP_MS = 2_000;
/** More than the slots of any caller, so that it is never the socket that is waited for. */
const SOCKETS_MAX = 64;

const HELD_BACK = 503;
const UNREACHABLE = 502;
const TIMED_OUT = 504;

export interface Backend {
  /**
   * Calls it and answers the status; 502 and 504 stand for no answer, 503 also for a call that was
   * held back. The criticality is the request's own, or the lower one that is given.
   */
  call(method: string, path: string, atMost?: Criticality): Promise<number>;
}

export interface BackendOptions {
  readonly name: string;
  /** `http://127.0.0.1:PORT` of each instance. */
  readonly instances: readonly string[];
  readonly context: RequestContext;
  readonly throttle: AdaptiveThrottle;
  readonly nowMs: () => number;
}

/** Builds the client of a backend. */
export function createBackend(options: BackendOptions, metrics: Metrics): Backend {
  const { name, context, throttle } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const next = createRotation(options);
  const callInTurn = async (method: string, path: string): Promise<number> => {
    // A connection that was refused carried nothing, so the next instance may be asked for the
    // same without being a retry of work.
    for (const _ of options.instances) {
      const instance = next.take();
      const status = await send({
        method,
        url: instance + path,
        agent,
        headers: context.headers(),
      });
      if (status !== 'refused') return status;
      next.skip(instance);
    }
    return UNREACHABLE;
  };
  return {
    async call(method, path, atMost = 'CRITICAL_PLUS') {
      const criticality = lowerCriticality(context.criticality(), atMost);
      const count = (outcome: CallOutcome): void => metrics.countCall(name, criticality, outcome);
      if (!throttle.admits(criticality)) {
        count('held_back');
        return HELD_BACK;
      }
      const status = await context.run(criticality, async () => callInTurn(method, path));
      const isRefused = status === HELD_BACK;
      const isFailed = status === UNREACHABLE || status === TIMED_OUT;
      throttle.record(criticality, !isRefused && !isFailed);
      count(isRefused ? 'refused' : isFailed ? 'failed' : 'answered');
      return status;
    },
  };
}

/** The instances in turn, those left out that refused a connection just now. */
function createRotation({ instances, nowMs }: BackendOptions): {
  take(): string;
  skip(instance: string): void;
} {
  const skippedUntil = new Map<string, number>();
  let at = 0;
  return {
    take() {
      for (const _ of instances) {
        const instance = instances[at++ % instances.length];
        if (nowMs() >= (skippedUntil.get(instance) ?? 0)) return instance;
      }
      // All are away: ask one all the same, since one may have come back.
      return instances[at++ % instances.length];
    },
    skip: (instance) => void skippedUntil.set(instance, nowMs() + SKIP_MS),
  };
}

async function send(call: {
  readonly method: string;
  readonly url: string;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
}): Promise<number | 'refused'> {
  const { promise, resolve } = Promise.withResolvers<number | 'refused'>();
  const { method, agent, headers } = call;
  const outgoing = request(call.url, { method, agent, headers, timeout: TIMEOUT_MS });
  outgoing.on('response', (response) => {
    response.on('error', () => resolve(UNREACHABLE));
    response.on('end', () => resolve(response.statusCode ?? UNREACHABLE));
    response.resume();
  });
  outgoing.on('timeout', () => {
    resolve(TIMED_OUT);
    outgoing.destroy();
  });
  outgoing.on('error', (error) => {
    const isRefused = 'code' in error && error.code === 'ECONNREFUSED';
    resolve(isRefused ? 'refused' : UNREACHABLE);
  });
  outgoing.end();
  return promise;
}
