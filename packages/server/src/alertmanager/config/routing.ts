/** Which routes of the tree an alert takes, and why it does not take the others. */
import { isMatch, labelValue, type Labels, type Matcher } from '../../series/index.ts';
import type { Route } from './model.ts';

/**
 * The routes that notify of an alert, in the order of the tree, as Alertmanager finds them: the
 * children are asked in turn until one takes the alert that does not say `continue`; where none
 * takes it, the route itself does. Empty where the route's own matchers are not met.
 */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!isMatch(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const matches = matchRoutes(child, labels);
    found.push(...matches);
    if (matches.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

/** Every route of a tree, parents first. */
export function* walkRoutes(route: Route): Generator<Route> {
  yield route;
  for (const child of route.routes) yield* walkRoutes(child);
}

/** What became of one route while the tree was asked for an alert. */
export interface RouteTrace {
  readonly route: Route;
  readonly outcome:
    | { readonly kind: 'notifies' }
    /** It matches, and routes below it take the alert. */
    | { readonly kind: 'passes on' }
    /** Its first matcher that is not met, and what the label's value is; '': it is absent. */
    | { readonly kind: 'not matched'; readonly matcher: Matcher; readonly value: string }
    /** It is not asked: the named route before it took the alert and does not say `continue`. */
    | { readonly kind: 'not reached'; readonly takenBy: Route };
  readonly routes: readonly RouteTrace[];
}

/** Tells of each route what became of it; a route that is not entered has no traces below it. */
export function traceRoutes(route: Route, labels: Labels): RouteTrace {
  const missed = route.matchers.find((one) => !one.matches(labelValue(labels, one.name)));
  if (missed !== undefined) {
    const value = labelValue(labels, missed.name);
    return { route, outcome: { kind: 'not matched', matcher: missed, value }, routes: [] };
  }
  const routes: RouteTrace[] = [];
  let takenBy: Route | undefined;
  let isPassedOn = false;
  for (const child of route.routes) {
    if (takenBy !== undefined) {
      routes.push({ route: child, outcome: { kind: 'not reached', takenBy }, routes: [] });
      continue;
    }
    const trace = traceRoutes(child, labels);
    routes.push(trace);
    if (trace.outcome.kind === 'not matched') continue;
    isPassedOn = true;
    if (!child.continue) takenBy = child;
  }
  return { route, outcome: { kind: isPassedOn ? 'passes on' : 'notifies' }, routes };
}
