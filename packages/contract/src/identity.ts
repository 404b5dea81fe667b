/** Who is there. */
import Type from 'typebox';

/**
 * What a user may do: `viewer` looks, `responder` also acknowledges, resolves and tests,
 * `admin` also decides who is there. Each may do all that the one before may.
 */
export const Role = Type.Union([
  Type.Literal('viewer'),
  Type.Literal('responder'),
  Type.Literal('admin'),
]);
export type Role = Type.Static<typeof Role>;

export const UserView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  role: Role,
  hasPassword: Type.Boolean(),
  createdAt: Type.Integer(),
});
export type UserView = Type.Static<typeof UserView>;

export const SessionView = Type.Object({
  /** Null: nobody is signed in, and the server wants it. */
  user: Type.Union([UserView, Type.Null()]),
  /** False with `--auth none`. */
  isAuthRequired: Type.Boolean(),
  /** What whoever asks may do; null: nothing before signing in. */
  role: Type.Union([Role, Type.Null()]),
  /** Whether nobody has ever signed in: the page then explains the link in the terminal. */
  isFirstStart: Type.Boolean(),
  version: Type.String(),
});
export type SessionView = Type.Static<typeof SessionView>;

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' });
const Password = Type.String({ minLength: 1, maxLength: 512 });

export const SignInRequest = Type.Object({
  name: Type.String({ maxLength: 64 }),
  password: Password,
});
export type SignInRequest = Type.Static<typeof SignInRequest>;

export const RedeemLinkRequest = Type.Object({ token: Type.String({ maxLength: 200 }) });
export type RedeemLinkRequest = Type.Static<typeof RedeemLinkRequest>;

export const SetPasswordRequest = Type.Object({
  /** Needed once there is one. */
  current: Type.Optional(Password),
  next: Password,
});
export type SetPasswordRequest = Type.Static<typeof SetPasswordRequest>;

export const CreateUserRequest = Type.Object({
  name: Name,
  displayName: Type.Optional(Type.String({ maxLength: 100 })),
  /** Default: responder. */
  role: Type.Optional(Role),
});
export type CreateUserRequest = Type.Static<typeof CreateUserRequest>;

export const SetRoleRequest = Type.Object({ role: Role });
export type SetRoleRequest = Type.Static<typeof SetRoleRequest>;

/** A link that signs one person in, once. */
export const SignInLink = Type.Object({ url: Type.String(), expiresAt: Type.Integer() });
export type SignInLink = Type.Static<typeof SignInLink>;

export const UserList = Type.Object({ users: Type.Array(UserView) });
export type UserList = Type.Static<typeof UserList>;

export const TokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** What it may do; never more than the person who made it. */
  role: Role,
  createdAt: Type.Integer(),
  lastUsedAt: Type.Union([Type.Integer(), Type.Null()]),
});
export type TokenView = Type.Static<typeof TokenView>;

export const TokenList = Type.Object({ tokens: Type.Array(TokenView) });
export type TokenList = Type.Static<typeof TokenList>;

export const CreateTokenRequest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  /** Default: the role of who makes it. */
  role: Type.Optional(Role),
});
export type CreateTokenRequest = Type.Static<typeof CreateTokenRequest>;

/** The only time that the secret is shown. */
export const CreatedToken = Type.Object({ token: TokenView, secret: Type.String() });
export type CreatedToken = Type.Static<typeof CreatedToken>;
