/**
 * The shop as a whole: a process for each instance, the customers before it, and what is broken.
 *
 * A dead instance is a process that was killed, not one that pretends: its port refuses
 * connections, its counters are lost and begin again. One that ends by itself is started again, a
 * few times, and said each time.
 */
import { join } from 'node:path';
import { type Clock, errorMessage, type Random } from '../packages/server/src/platform/index.ts';
import { type Child, startChild } from './child.ts';
import { createCustomers } from './customers.ts';
import { FAULTS, type ShopState } from './faults.ts';
import { type FaultMessage, isInstanceMessage } from './shop/message.ts';
import { SERVICES } from './shop/services.ts';

const ENTRY = join(import.meta.dirname, 'shop', 'instance.ts');
/** Of all customers; front, cart and pay together then serve about 35 requests a second. */
const REQUESTS_PER_SECOND = 15;
/** How many times as many come when front is overloaded: half as many again as it can serve. */
const OVERLOAD = 5;
const START_TIMEOUT_MS = 15_000;
/** Instances that end by themselves again and again are not worth a processor. */
const RESTARTS_MAX = 5;
const RESTART_DELAY_MS = 1_000;
/** Which instance dies. */
const MORTAL = 'pay-1';

/** The instances by name, each with its service. */
export const INSTANCES = [
  { instance: 'front-1', service: 'front' },
  { instance: 'cart-1', service: 'cart' },
  { instance: 'pay-1', service: 'pay' },
  { instance: 'pay-2', service: 'pay' },
] as const;

export interface PlacedInstance {
  readonly instance: string;
  readonly service: string;
  readonly port: number;
}

export interface Shop {
  /** Starts all instances; answers when all listen. */
  start(): Promise<void>;
  state(): ShopState;
  /** Breaks or mends; undefined: there is no such fault. */
  setFault(id: string, isOn: boolean): Promise<ShopState | undefined>;
  setLoad(isOn: boolean): ShopState;
  stop(): Promise<void>;
}

export interface ShopOptions {
  readonly instances: readonly PlacedInstance[];
  readonly requestsDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (line: string) => void;
  /** An instance ends again and again. */
  readonly onHopeless: (reason: string) => void;
}

/** Builds the shop; nothing runs before `start`. */
export function createShop(options: ShopOptions): Shop {
  const { instances, clock, random } = options;
  const since = new Map<string, number>();
  const front = instances.find(({ service }) => service === 'front');
  const frontUrl = `http://127.0.0.1:${front?.port ?? 0}`;
  const customers = createCustomers({ frontUrl, clock, random });
  const running = instances.map((placed) => createRunning(placed, options));
  let isLoadOn = false;
  const rate = (): number =>
    isLoadOn ? REQUESTS_PER_SECOND * (since.has('front.overload') ? OVERLOAD : 1) : 0;
  const state = (): ShopState => ({
    faults: FAULTS.map((fault) => ({ ...fault, since: since.get(fault.id) ?? null })),
    requestsPerSecond: rate(),
    isLoadOn,
  });
  return {
    state,
    async start() {
      await Promise.all(running.map(async (one) => one.start()));
    },
    async setFault(id, isOn) {
      if (!FAULTS.some((fault) => fault.id === id)) return undefined;
      if (isOn === since.has(id)) return state();
      if (isOn) since.set(id, clock.now());
      else since.delete(id);
      customers.setRate(rate());
      for (const one of running) await one.applyFaults(since);
      return state();
    },
    setLoad(isOn) {
      if (isOn !== isLoadOn) {
        isLoadOn = isOn;
        customers.setRate(rate());
      }
      return state();
    },
    async stop() {
      await customers.stop();
      await Promise.all(running.map(async (one) => one.stop()));
    },
  };
}

interface RunningInstance {
  start(): Promise<void>;
  applyFaults(since: ReadonlyMap<string, number>): Promise<void>;
  stop(): Promise<void>;
}

/** One instance over the lives of its processes. */
function createRunning(placed: PlacedInstance, options: ShopOptions): RunningInstance {
  const { clock, say, onHopeless } = options;
  let child: Child | undefined;
  let faults: FaultMessage = { kind: 'faults', isFailing: false, isSlow: false };
  let restartCount = 0;
  let isWanted = false;

  const start = async (): Promise<void> => {
    isWanted = true;
    const started = startInstance(placed, options);
    child = started;
    const { promise: listening, resolve: onListening } = Promise.withResolvers<void>();
    started.process.on('message', (message: unknown) => {
      if (isInstanceMessage(message)) onListening();
    });
    started.process.send(faults);
    void started.ended.then((how) => {
      if (isWanted && child === started) startAgain(how);
    });
    await waitForListening(placed, { started, listening, clock });
  };
  const startAgain = (how: string): void => {
    restartCount++;
    if (restartCount > RESTARTS_MAX) {
      onHopeless(`${placed.instance} of the shop ended ${restartCount} times, now with ${how}`);
      return;
    }
    say(`${placed.instance} of the shop ended (${how}) and is started again`);
    clock.after(RESTART_DELAY_MS, () => {
      if (!isWanted) return;
      start().catch((error: unknown) => say(`${placed.instance}: ${errorMessage(error)}`));
    });
  };
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    isWanted = false;
    if (child?.hasEnded() === false) await child[how]();
  };
  return {
    start,
    stop: async () => end('stop'),
    async applyFaults(since) {
      if (placed.service !== 'pay') return;
      faults = {
        kind: 'faults',
        isFailing: since.has('pay.errors'),
        isSlow: since.has('pay.latency'),
      };
      const isDead = placed.instance === MORTAL && since.has('pay.dead');
      if (isDead && isWanted) await end('kill');
      else if (!isDead && !isWanted) await start();
      else if (child?.process.connected === true) child.process.send(faults);
    },
  };
}

function startInstance(placed: PlacedInstance, options: ShopOptions): Child {
  const { instance, service, port } = placed;
  const backends = SERVICES[service].backends.flatMap((name) =>
    options.instances
      .filter((one) => one.service === name)
      .map((one) => `${name}=http://127.0.0.1:${one.port}`),
  );
  const seed = options.instances.indexOf(placed) + 1;
  return startChild({
    name: instance,
    args: [
      ENTRY,
      `--service=${service}`,
      `--instance=${instance}`,
      `--port=${port}`,
      ...backends.map((backend) => `--backend=${backend}`),
      `--requests=${join(options.requestsDir, `${instance}.jsonl`)}`,
      `--seed=${seed}`,
    ],
    stdout: 'inherit',
    hasChannel: true,
  });
}

async function waitForListening(
  placed: PlacedInstance,
  what: { readonly started: Child; readonly listening: Promise<void>; readonly clock: Clock },
): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const limit = what.clock.after(START_TIMEOUT_MS, () => reject(new Error('it took too long')));
  try {
    const ended = what.started.ended.then((how) => {
      throw new Error(how);
    });
    await Promise.race([what.listening, ended, tooLate]);
  } catch (error) {
    const message = `${placed.instance} of the shop did not start on 127.0.0.1:${placed.port}`;
    throw new Error(`${message}: ${errorMessage(error)}`, { cause: error });
  } finally {
    limit.cancel();
  }
}
