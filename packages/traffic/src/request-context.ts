/**
 * Carries the criticality of the request that is being served to the calls that are made for it,
 * through awaits and callbacks, so that no function in between has to pass it on and none forgets.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CRITICALITY_HEADER, type Criticality } from './criticality.ts';

/** One for a service; built by {@link createRequestContext}. */
export interface RequestContext {
  /** Does work on behalf of a request: all that it calls and awaits sees its criticality. */
  run<Result>(criticality: Criticality, work: () => Result): Result;
  /** Of the request whose work this is; the fallback outside of any. */
  criticality(): Criticality;
  /** The headers to put on a call to a backend. */
  headers(): Readonly<Record<string, string>>;
}

/**
 * Builds the context of a service. The fallback holds for work that no request began, such as a
 * timer's; batch programs say `SHEDDABLE_PLUS`.
 *
 * ```ts
 * import { CRITICALITY_HEADER, createRequestContext, readCriticality } from '@nines/traffic';
 * import { createServer } from 'node:http';
 *
 * const context = createRequestContext();
 * createServer((request, response) => {
 *   const criticality = readCriticality(request.headers[CRITICALITY_HEADER]);
 *   context.run(criticality, async () => {
 *     const answer = await fetch('http://cart.internal/items', { headers: context.headers() });
 *     response.end(await answer.text());
 *   });
 * });
 * ```
 */
export function createRequestContext(
  options: { readonly fallback?: Criticality } = {},
): RequestContext {
  const { fallback = 'CRITICAL' } = options;
  const storage = new AsyncLocalStorage<Criticality>();
  const criticality = (): Criticality => storage.getStore() ?? fallback;
  return {
    run: (of, work) => storage.run(of, work),
    criticality,
    headers: () => ({ [CRITICALITY_HEADER]: criticality() }),
  };
}
