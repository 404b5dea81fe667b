/**
 * The process of one instance: `node demo/shop/instance.ts --service pay --instance pay-1 …`.
 * It ends when the process that started it is gone, so that none is ever left behind.
 */
import { parseArgs } from 'node:util';
import { createAdaptiveThrottle, createRequestContext } from '@nines/traffic';
import {
  createSeededRandom,
  createSystemClock,
  errorMessage,
} from '../../packages/server/src/platform/index.ts';
import { type Backend, createBackend } from './backend.ts';
import { createCapacity } from './capacity.ts';
import { type InstanceMessage, isFaultMessage } from './message.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openRequestLog } from './request-log.ts';
import { createInstance, type Faults, type Route } from './service.ts';
import { SERVICES, type ServicePlan } from './services.ts';

/** What can be done without is held back sooner. */
const THROTTLE_K = { SHEDDABLE_PLUS: 1.5, SHEDDABLE: 1.1 };
/** With few requests a second, one refusal is no reason to hold back. */
const THROTTLE_PADDING = 8;

const { values } = parseArgs({
  options: {
    service: { type: 'string', default: '' },
    instance: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    /** `NAME=URL`, once for each instance of a backend. */
    backend: { type: 'string', multiple: true, default: [] },
    requests: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});

const clock = createSystemClock();
const random = createSeededRandom(Number(values.seed));
const context = createRequestContext({ fallback: 'SHEDDABLE_PLUS' });
const plan = SERVICES[values.service];
const faults: Faults = { isFailing: false, isSlow: false };

function tell(kind: InstanceMessage['kind']): void {
  // Nobody to tell: the demo is about to end, and so is this.
  process.send?.({ kind } satisfies InstanceMessage, undefined, undefined, () => {});
}

function createBackends(of: ServicePlan, metrics: Metrics): (name: string) => Backend {
  const backends = new Map<string, Backend>();
  for (const name of of.backends) {
    const instances = values.backend
      .filter((one) => one.startsWith(`${name}=`))
      .map((one) => one.slice(name.length + 1));
    const throttle = createAdaptiveThrottle({
      nowMs: () => clock.monotonicMs(),
      random: () => random.float(),
      k: THROTTLE_K,
      padding: THROTTLE_PADDING,
    });
    const nowMs = (): number => clock.monotonicMs();
    backends.set(name, createBackend({ name, instances, context, throttle, nowMs }, metrics));
  }
  return (name) => {
    const backend = backends.get(name);
    if (backend === undefined) throw new Error(`${values.service} has no backend "${name}"`);
    return backend;
  };
}

function listServed(routes: readonly Route[]): { method: string; route: string; status: number }[] {
  return routes.flatMap(({ method, route, statuses }) =>
    statuses.map((status) => ({ method, route, status })),
  );
}

function start(of: ServicePlan): void {
  const capacity = createCapacity(of);
  const requestLog = openRequestLog(values.requests);
  // The routes call backends, whose calls are counted, and the metrics name the routes' statuses.
  const unwired = of.routes(() => {
    throw new Error('no backend is called while metrics are made');
  });
  const metrics = createMetrics({
    ...of,
    service: values.service,
    instance: values.instance,
    capacity,
    served: listServed(unwired),
    leftOutCount: () => requestLog.leftOutCount(),
  });
  const server = createInstance({
    routes: of.routes(createBackends(of, metrics)),
    capacity,
    context,
    metrics,
    requestLog,
    faults,
    clock,
    random,
  });
  server.once('error', (error) => {
    process.stderr.write(`${values.instance}: cannot listen: ${errorMessage(error)}\n`);
    process.exit(1);
  });
  server.listen(Number(values.port), '127.0.0.1', () => tell('listening'));
}

process.on('message', (message) => {
  if (!isFaultMessage(message)) return;
  faults.isFailing = message.isFailing;
  faults.isSlow = message.isSlow;
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the demo ends its shop itself, in order.
process.on('SIGINT', () => {});
if (plan === undefined) throw new Error(`there is no service "${values.service}" in the shop`);
start(plan);
