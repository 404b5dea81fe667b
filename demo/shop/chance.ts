/** How things of a shop are spread in time: what takes how long, and when the next customer comes. */
import type { Random } from '../../packages/server/src/platform/index.ts';

/** Service times are skewed: most near the median, some several times as long. */
const SIGMA = 0.45;

/** The wait until the next of events that come independently of one another, on average so often. */
export function drawWaitMs(random: Random, perSecond: number): number {
  return (-Math.log(1 - random.float()) / perSecond) * 1000;
}

/** How long one piece of work takes, log-normal around its median. */
export function drawWorkMs(random: Random, medianMs: number): number {
  // Box and Muller; 1 − x keeps the logarithm away from zero.
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
  return medianMs * Math.exp(SIGMA * normal);
}
