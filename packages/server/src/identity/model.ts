/** Who there is, and what proves it. */
import { invalid, type Role } from '../platform/index.ts';
import { DISPLAY_NAME_CHARS_MAX, NAME_CHARS_MAX } from './limits.ts';

/** Of a user about whom nothing else is said: most who are added are there to respond. */
export const DEFAULT_ROLE: Role = 'responder';

export interface User {
  readonly id: string;
  /** What is typed to sign in; lower case. */
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  /** Undefined: signs in by link only. */
  readonly passwordHash: string | undefined;
  readonly createdAt: number;
  /** From then on nothing of this user is accepted. */
  readonly disabledAt: number | undefined;
  readonly lastSignedInAt: number | undefined;
}

/** A browser that signed in. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  /** To the minute. */
  readonly lastUsedAt: number;
  readonly clientAddress: string;
  readonly userAgent: string;
}

/** What a program shows instead of a password. */
export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** What it may do now. Invariant: never more than its maker may, so it sinks with its maker. */
  readonly role: Role;
  readonly createdAt: number;
  /** To the minute. */
  readonly lastUsedAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/** A one-time sign-in link, as it is stored. */
export interface SignInLink {
  readonly tokenHash: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | undefined;
}

/** Who sends a request, and by what we know it. */
export interface Principal {
  /** The user's id. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly credential: {
    readonly kind: 'session' | 'apiToken';
    readonly id: string;
  };
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Spells a login as it is stored; phones like to begin words with a capital. */
export function normalizeName(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether a text can be a login. */
export function isName(text: string): boolean {
  return text.length <= NAME_CHARS_MAX && NAME.test(text);
}

/** Checks a new login. */
export function parseName(text: string): string {
  const name = normalizeName(text);
  if (isName(name)) return name;
  throw invalid(
    'USER_NAME_INVALID',
    `cannot use the name ${JSON.stringify(text.slice(0, NAME_CHARS_MAX))}; want 1 to ` +
      `${NAME_CHARS_MAX} of a-z, 0-9, ".", "_", "-", beginning with a letter or a digit`,
  );
}

/** Checks what people are shown: a display name, the name of a token. */
export function parseDisplayName(text: string): string {
  const name = text.trim();
  const isGood = name !== '' && name.length <= DISPLAY_NAME_CHARS_MAX && !/\p{Cc}/u.test(name);
  if (isGood) return name;
  throw invalid(
    'DISPLAY_NAME_INVALID',
    `a display name has 1 to ${DISPLAY_NAME_CHARS_MAX} characters and no control characters`,
  );
}
