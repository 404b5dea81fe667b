/** What a use case may know of the request that called it, whatever carried it. */

/** Who does something: a person, a token, or Nines itself. */
export interface Actor {
  readonly id: string;
  /** As history shows it. */
  readonly displayName: string;
}

export interface RequestContext {
  /** Undefined on public routes when nobody is signed in. */
  readonly actor: Actor | undefined;
  /** For rate limits; the proxy's word where a proxy is trusted. */
  readonly clientAddress: string;
  /** The token of the session that the request belongs to, where it came with one. */
  readonly sessionToken: string | undefined;
  /** Gives the browser a session, or takes it away. */
  setSessionToken(token: string | undefined): void;
}
