/** What identity can be asked: by the page, by the command line, at each request. */
import type { Role } from '../platform/index.ts';
import type { ApiToken, Principal, Session, User } from './model.ts';

/** Where a request comes from. */
export interface Client {
  readonly address: string;
  readonly userAgent?: string;
}

/** What a request shows to prove who sends it; the API token wins. */
export interface Credentials {
  /** From `Authorization: Bearer`, or the password of `Authorization: Basic`. */
  readonly apiToken?: string | undefined;
  readonly sessionToken?: string | undefined;
}

/** Someone who just signed in; the token goes into the cookie and is shown never again. */
export interface SignedIn {
  readonly user: User;
  readonly session: Session;
  readonly sessionToken: string;
}

/** A fresh one-time link; the token goes into its URL and is shown never again. */
export interface CreatedLink {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: number;
}

/** A fresh API token; the secret is shown never again. */
export interface CreatedApiToken {
  readonly token: ApiToken;
  readonly secret: string;
}

export interface Identity {
  /**
   * Signs in with a password. Throws `AUTH_WRONG_CREDENTIALS`, the same after the same time for
   * every reason, and `AUTH_RATE_LIMITED` with `retryAfterSeconds`.
   */
  signIn(request: {
    readonly name: string;
    readonly password: string;
    readonly client: Client;
  }): Promise<SignedIn>;
  /** Signs in with a one-time link. Throws `SIGN_IN_LINK_INVALID`. */
  redeemLink(request: { readonly token: string; readonly client: Client }): Promise<SignedIn>;
  signOut(sessionToken: string): Promise<void>;
  /** Who shows these credentials; undefined: nobody we know. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;

  /**
   * To be called at each start: makes the user `admin` when there is none, and a link for as long
   * as nobody has signed in or has a password.
   */
  prepareFirstSignIn(): Promise<CreatedLink | undefined>;
  /** Whether nobody has signed in yet and nobody has a password. */
  isFirstStart(): Promise<boolean>;
  createSignInLink(userName: string): Promise<CreatedLink>;
  /** Takes the password away, ends all sessions, and makes the link by which to choose another. */
  resetPassword(userName: string): Promise<CreatedLink>;

  /**
   * The first user is an admin, others are responders unless it is said. Throws
   * `USER_NAME_INVALID`, `USER_EXISTS`, and `ADMIN_NEEDED` for a first user who is to be less.
   */
  createUser(request: {
    readonly name: string;
    readonly displayName?: string;
    readonly role?: Role;
  }): Promise<User>;
  listUsers(): Promise<readonly User[]>;
  findUser(id: string): Promise<User | undefined>;
  /** Throws `USER_NOT_FOUND`. */
  getUserByName(name: string): Promise<User>;
  /** Holds for the user's sessions and tokens at once. Throws `ADMIN_NEEDED` for the last admin. */
  setUserRole(userName: string, role: Role): Promise<User>;
  /**
   * Disabling ends all sessions; tokens hold no longer while it lasts. Throws `ADMIN_NEEDED` for
   * the last admin.
   */
  setUserDisabled(userName: string, isDisabled: boolean): Promise<void>;
  /** By an operator; ends all sessions of the user. Throws `PASSWORD_REFUSED`. */
  setPassword(request: { readonly userName: string; readonly password: string }): Promise<void>;
  /** By the user, who proves the current password where there is one; ends all other sessions. */
  changePassword(request: {
    readonly principal: Principal;
    readonly current: string | undefined;
    readonly next: string;
  }): Promise<void>;

  listSessions(userId: string): Promise<readonly Session[]>;
  /** Throws `SESSION_NOT_FOUND`. */
  revokeSession(request: { readonly userId: string; readonly id: string }): Promise<void>;

  /** With its maker's role unless a lower one is said. Throws `API_TOKEN_ROLE_TOO_HIGH`. */
  createToken(request: {
    readonly userId: string;
    readonly name: string;
    readonly role?: Role;
    readonly expiresAt?: number;
  }): Promise<CreatedApiToken>;
  /** Tokens in force, of one user or of all. */
  listTokens(userId?: string): Promise<readonly ApiToken[]>;
  /** Throws `API_TOKEN_NOT_FOUND`. */
  revokeToken(id: string): Promise<void>;
}
