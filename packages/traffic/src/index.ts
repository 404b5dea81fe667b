/**
 * Policies against overload, for services to install: what a request is worth, carried along with
 * it, and a client that holds back by itself when its backend refuses. No dependencies.
 *
 * Every policy is a plain object whose clock and randomness are arguments, so that the same code
 * runs in production, in tests and in simulations. Background: the SRE book, chapter 21.
 */
export {
  CRITICALITIES,
  CRITICALITY_HEADER,
  type Criticality,
  lowerCriticality,
  readCriticality,
} from './criticality.ts';
export { createRequestContext, type RequestContext } from './request-context.ts';
export {
  type AdaptiveThrottle,
  type AdaptiveThrottleOptions,
  createAdaptiveThrottle,
  type ThrottleCounts,
} from './adaptive-throttle.ts';
