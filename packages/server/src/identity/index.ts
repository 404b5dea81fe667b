/**
 * Identity: who signs in, who sends a request, and who may no longer.
 *
 * Words: a *user* is a person; a *session* is a browser that signed in; an *API token* is what a
 * program shows; a *sign-in link* stands in for a password, once. A *principal* is the user behind
 * one request.
 *
 * Invariants: no secret is stored, only its hash (argon2id for what people choose, SHA-256 for the
 * 256 random bits that we make). A link is used once. A wrong name and a wrong password get the
 * same answer after the same work. What is taken back here holds for no request that begins after
 * the answer; what another process takes back (the command line), some seconds later. There is
 * always an admin who is not disabled, and no token may do more than its maker may now.
 */
export type {
  Client,
  CreatedApiToken,
  CreatedLink,
  Credentials,
  Identity,
  SignedIn,
} from './identity.ts';
export type { ApiToken, Principal, Session, User } from './model.ts';
export { createIdentityRoutes, formatSignInLink, type IdentityRoutesOptions } from './routes.ts';
export { createIdentity, type IdentityOptions } from './service.ts';
