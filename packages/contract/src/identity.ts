/** Who is there. */
import Type from 'typebox';

export const UserView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  role: Type.String(),
  hasPassword: Type.Boolean(),
  createdAt: Type.Integer(),
});
export type UserView = Type.Static<typeof UserView>;

export const SessionView = Type.Object({
  /** Null: nobody is signed in, and the server wants it. */
  user: Type.Union([UserView, Type.Null()]),
  /** False with `--auth none`. */
  isAuthRequired: Type.Boolean(),
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
});
export type CreateUserRequest = Type.Static<typeof CreateUserRequest>;

/** A link that signs one person in, once. */
export const SignInLink = Type.Object({ url: Type.String(), expiresAt: Type.Integer() });
export type SignInLink = Type.Static<typeof SignInLink>;

export const UserList = Type.Object({ users: Type.Array(UserView) });
export type UserList = Type.Static<typeof UserList>;

export const TokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.Integer(),
  lastUsedAt: Type.Union([Type.Integer(), Type.Null()]),
});
export type TokenView = Type.Static<typeof TokenView>;

export const TokenList = Type.Object({ tokens: Type.Array(TokenView) });
export type TokenList = Type.Static<typeof TokenList>;

export const CreateTokenRequest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
});
export type CreateTokenRequest = Type.Static<typeof CreateTokenRequest>;

/** The only time that the secret is shown. */
export const CreatedToken = Type.Object({ token: TokenView, secret: Type.String() });
export type CreatedToken = Type.Static<typeof CreatedToken>;
