/**
 * One instance of a service: its HTTP server, its places, its metrics, its request log. What the
 * service does is in its routes (front.ts, cart.ts, pay.ts).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import {
  CRITICALITY_HEADER,
  type Criticality,
  type RequestContext,
  readCriticality,
} from '@nines/traffic';
import type { Clock, Random } from '../../packages/server/src/platform/index.ts';
import type { Capacity } from './capacity.ts';
import { drawWorkMs } from './chance.ts';
import type { Metrics } from './metrics.ts';
import type { RequestLog } from './request-log.ts';

/** A caller's idle connection must not be closed while the next call is on its way. */
const KEEP_ALIVE_MS = 60_000;

export interface Route {
  readonly method: string;
  /** As metrics name it: `/products/:id`. */
  readonly route: string;
  readonly pattern: RegExp;
  /**
   * What such a request is worth. Only where requests enter the shop; elsewhere the caller's
   * header says it.
   */
  readonly criticality?: Criticality;
  /** How long its own work takes, without its backends. */
  readonly workMsMedian: number;
  /** Every status that it may answer with. */
  readonly statuses: readonly number[];
  /** What comes after its own work. */
  answer(): Promise<number> | number;
}

/** How an instance has been told to misbehave. */
export interface Faults {
  isFailing: boolean;
  isSlow: boolean;
}

export interface InstanceOptions {
  readonly routes: readonly Route[];
  readonly capacity: Capacity;
  readonly context: RequestContext;
  readonly metrics: Metrics;
  readonly requestLog: RequestLog;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
}

/** The answer of an instance that has no place left. */
export const NO_PLACE = 503;
/** How often a failing instance fails. */
const FAILING_SHARE = 0.4;
const FAILED = 500;
/** How many times as long a slow instance works. */
const SLOWNESS = 4;

/** Builds the server; the caller listens. */
export function createInstance(options: InstanceOptions): Server {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') void answerScrape(options, response);
    else void answerRequest(options, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function answerScrape(options: InstanceOptions, response: ServerResponse): Promise<void> {
  const { metrics, requestLog } = options;
  // In one turn, so that the counts and the lines are of the same requests.
  const collecting = metrics.collect();
  const lines = requestLog.take();
  const text = await collecting;
  lines.write();
  response.setHeader('content-type', metrics.contentType).end(text);
}

async function answerRequest(
  options: InstanceOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { routes, clock, metrics, requestLog, context } = options;
  const startedMs = clock.monotonicMs();
  const path = request.url ?? '/';
  const method = request.method ?? 'GET';
  request.resume();
  const route = routes.find((one) => one.method === method && one.pattern.test(path));
  if (route === undefined) {
    response.writeHead(404).end();
    return;
  }
  const criticality =
    route.criticality ?? readCriticality(request.headers[CRITICALITY_HEADER], 'SHEDDABLE_PLUS');
  const status = await context.run(criticality, async () => serve(options, route, criticality));
  const durationMs = clock.monotonicMs() - startedMs;
  metrics.observe({ method, route: route.route, status }, durationMs / 1000);
  requestLog.add({
    timeMs: clock.now(),
    method,
    route: route.route,
    status,
    // Up, to the microsecond: so it lies in the same bucket of the histogram as what was observed.
    durationMs: Math.ceil(durationMs * 1000) / 1000,
    criticality,
  });
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status }));
}

async function serve(
  options: InstanceOptions,
  route: Route,
  criticality: Criticality,
): Promise<number> {
  const { capacity, faults, random } = options;
  const place = capacity.enter(criticality);
  if (place === undefined) return NO_PLACE;
  await place;
  try {
    const workMs = drawWorkMs(random, route.workMsMedian);
    await setTimeout(faults.isSlow ? workMs * SLOWNESS : workMs);
    if (faults.isFailing && random.float() < FAILING_SHARE) return FAILED;
    return await route.answer();
  } finally {
    capacity.leave();
  }
}
