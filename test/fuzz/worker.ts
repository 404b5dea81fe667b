/** The thread of one target: its inputs are fed here, so that what hangs or eats memory ends alone. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { runSession } from './session.ts';
import { FUZZ_TARGETS } from './targets.ts';
import { isWorkerOrder, SharedInput } from './shared-input.ts';

/** After so many inputs, or a quarter of them, the heap has all that it keeps: caches, compiled code. */
const WARM_UP_INPUTS = 2_000;
const WARM_UP_RATIO = 0.25;

// A flag for threads does not exist; in a context that is made after it, there is a `gc`.
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Most inputs are refused, with an error each: its stack would cost more than the reading. */
Error.stackTraceLimit = 4;

const order: unknown = workerData;
if (!isWorkerOrder(order)) throw new Error('a thread of the fuzzer was started without its order');
const target = FUZZ_TARGETS.find(({ name }) => name === order.name);
if (target === undefined) throw new Error(`there is no fuzz target "${order.name}"`);
const shared = new SharedInput(order.buffer);
const warmUpInputs = Math.floor(Math.min(WARM_UP_INPUTS, order.inputs * WARM_UP_RATIO));
let heapMibWarm = 0;
const beganMs = performance.now();
const outcome = await runSession(target, {
  seed: order.seed,
  inputs: order.inputs,
  endAtMs: beganMs + order.timeMsMax,
  onInput(index, input) {
    if (index === warmUpInputs) heapMibWarm = usedMib();
    shared.put(index, input);
  },
});
parentPort?.postMessage({
  ...outcome,
  elapsedMs: performance.now() - beganMs,
  heapMibGrown: heapMibWarm === 0 ? 0 : Math.max(0, usedMib() - heapMibWarm),
});

/** What is in use after a collection, array buffers included. */
function usedMib(): number {
  if (typeof collect !== 'function') throw new Error('this Node has no gc() to be called');
  // The second ends what the first leaves to be done beside: buffers that nobody has any more.
  for (let i = 0; i < 2; i++) Reflect.apply(collect, undefined, []);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
