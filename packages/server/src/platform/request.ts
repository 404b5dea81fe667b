/** What a use case may know of the request that called it, whatever carried it. */

/** From the least that one may do to the most: each role may do all that those before it may. */
export const ROLES = ['viewer', 'responder', 'admin'] as const;

/**
 * What somebody may do: a viewer looks, a responder also acknowledges and tests, an admin also
 * decides who is there and what is in force.
 */
export type Role = (typeof ROLES)[number];

/** Whether a role may do what asks for another one at least. */
export function isRoleEnough(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** The one of two roles that may do less. */
export function lowerRole(a: Role, b: Role): Role {
  return isRoleEnough(a, b) ? b : a;
}

/** A role by its name; undefined: there is none. */
export function findRole(name: string): Role | undefined {
  return ROLES.find((role) => role === name);
}

/** Who does something: a person, a token, or Nines itself. */
export interface Actor {
  readonly id: string;
  /** As they sign in. */
  readonly name: string;
  /** As history shows it. */
  readonly displayName: string;
  readonly role: Role;
}

export interface RequestContext {
  /** Undefined on public routes when nobody is signed in. */
  readonly actor: Actor | undefined;
  /** For rate limits; the proxy's word where a proxy is trusted. */
  readonly clientAddress: string;
  /** The token of the session that the request belongs to, where it came with one. */
  readonly sessionToken: string | undefined;
  /** Aborted where the client goes away before it has its answer; for what takes long. */
  watchClient(): AbortSignal;
  /** Gives the browser a session, or takes it away. */
  setSessionToken(token: string | undefined): void;
}
