/** Who may call a route: said where the route is mounted, and held in one place. */
import {
  type Actor,
  type AppError,
  assert,
  forbidden,
  isRoleEnough,
  type Role,
} from '../platform/index.ts';

/** `public` answers without anyone being signed in; else the least role that may call it. */
export type Access = 'public' | Role;

/** Called for each route as it is mounted: one that does not say who may call it is a bug. */
export function assertAccessSaid(url: string, access: Access | undefined): void {
  assert(access !== undefined, `the route ${url} does not say who may call it`);
}

/** Why somebody who is known may not call a route; undefined: they may. */
export function findAccessRefusal(actor: Actor, access: Access | undefined): AppError | undefined {
  // Only a path that nothing answers on has no access: whoever is signed in may learn that.
  if (access === undefined || access === 'public') return undefined;
  if (isRoleEnough(actor.role, access)) return undefined;
  const message =
    `this needs the role ${access}, and you have ${actor.role}; ` +
    `an admin can change that (nines user role NAME ${access})`;
  return forbidden('AUTH_ROLE_TOO_LOW', message);
}
