/** Rows of the database and what they mean. */
import { assert, findRole, lowerRole, type Role } from '../platform/index.ts';
import type { ApiToken, Session, SignInLink, User } from './model.ts';

interface UserRow {
  id: string;
  name: string;
  display_name: string;
  role: string;
  password_hash: string | null;
  created_at: number;
  disabled_at: number | null;
  last_signed_in_at: number | null;
}

interface SessionRow {
  id: string;
  user_id: string;
  token_hash: string;
  created_at: number;
  last_used_at: number;
  client_address: string;
  user_agent: string;
}

interface ApiTokenRow {
  id: string;
  user_id: string;
  name: string;
  token_hash: string;
  /** What its maker gave it, whatever became of the maker since. */
  role: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

interface SignInLinkRow {
  token_hash: string;
  user_id: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** The tables of identity, as migrations 0001 and 0003 make them. */
export type Tables = {
  users: UserRow;
  sessions: SessionRow;
  api_tokens: ApiTokenRow;
  sign_in_links: SignInLinkRow;
};

export function fromUserRow(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    role: parseRole(row.role),
    passwordHash: row.password_hash ?? undefined,
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    lastSignedInAt: row.last_signed_in_at ?? undefined,
  };
}

export function toUserRow(user: User): UserRow {
  return {
    id: user.id,
    name: user.name,
    display_name: user.displayName,
    role: user.role,
    password_hash: user.passwordHash ?? null,
    created_at: user.createdAt,
    disabled_at: user.disabledAt ?? null,
    last_signed_in_at: user.lastSignedInAt ?? null,
  };
}

export function parseRole(text: string): Role {
  const role = findRole(text);
  assert(role !== undefined, `the role "${text}" is stored and not known`);
  return role;
}

export function fromSessionRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    clientAddress: row.client_address,
    userAgent: row.user_agent,
  };
}

export function toSessionRow(session: Session, tokenHash: string): SessionRow {
  return {
    id: session.id,
    user_id: session.userId,
    token_hash: tokenHash,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    client_address: session.clientAddress,
    user_agent: session.userAgent,
  };
}

/** What a row says of a token whose maker may do `makerRole` now. */
export function fromApiTokenRow(row: ApiTokenRow, makerRole: Role): ApiToken {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    role: lowerRole(parseRole(row.role), makerRole),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

export function toApiTokenRow(token: ApiToken, tokenHash: string): ApiTokenRow {
  return {
    id: token.id,
    user_id: token.userId,
    name: token.name,
    token_hash: tokenHash,
    role: token.role,
    created_at: token.createdAt,
    last_used_at: token.lastUsedAt ?? null,
    expires_at: token.expiresAt ?? null,
    revoked_at: token.revokedAt ?? null,
  };
}

export function fromLinkRow(row: SignInLinkRow): SignInLink {
  return {
    tokenHash: row.token_hash,
    userId: row.user_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at ?? undefined,
  };
}

export function toLinkRow(link: SignInLink): SignInLinkRow {
  return {
    token_hash: link.tokenHash,
    user_id: link.userId,
    created_at: link.createdAt,
    expires_at: link.expiresAt,
    used_at: link.usedAt ?? null,
  };
}
