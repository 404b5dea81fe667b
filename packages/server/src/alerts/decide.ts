/** From what a rule says to what changes: the border between the pure core and its surroundings. */
import type { Catalog } from '../catalog/index.ts';
import type { Clock, IdSource, Random } from '../platform/index.ts';
import type { AlertBook } from './book.ts';
import type { DecisionContext } from './draft.ts';
import { applyTransition, openFile, type Transition } from './lifecycle.ts';
import type { Change, Source } from './model.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import type { SilenceShelf } from './silencing.ts';

/** What follows from a transition; undefined: nothing. */
export type Decide = (transition: Transition, source: Source) => Change | undefined;

/** How transitions become changes: of the file that is open, or of a new one. */
export function createDecide(options: {
  readonly book: AlertBook;
  readonly catalog: Catalog;
  readonly policies: PolicyShelf;
  readonly context: () => DecisionContext;
}): Decide {
  const { book, catalog, policies, context } = options;
  return (transition, source) => {
    const file = book.findInstance(transition.alert);
    if (file !== undefined) return applyTransition(file, transition, context());
    const service = catalog.serviceOf(transition.alert.labels);
    const policy = source.policy ?? policies.policyOf(service?.escalationPolicy).name;
    return openFile(transition, { source, service: service?.name, policy }, context());
  };
}

/** How decisions get at time, chance and policies. */
export function createContextSource(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: IdSource;
  readonly policies: PolicyShelf;
  readonly silences: SilenceShelf;
}): () => DecisionContext {
  const { clock, random, newId, policies, silences } = options;
  const { policyOf } = policies;
  const findSilencing = silences.find;
  return () => ({ nowMs: clock.now(), random, newId, policyOf, findSilencing });
}
