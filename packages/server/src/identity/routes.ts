/** The contract's routes about who is there. */
import type { RouteHandlers, SessionView, TokenView, UserView } from '@nines/contract';
import { forbidden, notFound, type RequestContext, type Role } from '../platform/index.ts';
import type { CreatedLink, Identity, SignedIn } from './identity.ts';
import type { ApiToken, Principal, User } from './model.ts';

export interface IdentityRoutesOptions {
  readonly identity: Identity;
  /** False with `--auth none`: then nobody signs in, and nobody owns a token. */
  readonly isAuthRequired: boolean;
  readonly version: string;
  /** Where sign-in links lead. */
  readonly externalUrl: () => string;
}

type IdentityRoutes = RouteHandlers<
  | 'getSession'
  | 'createSession'
  | 'redeemLink'
  | 'deleteSession'
  | 'setOwnPassword'
  | 'listUsers'
  | 'createUser'
  | 'createUserLink'
  | 'setUserRole'
  | 'listTokens'
  | 'createToken'
  | 'deleteToken',
  RequestContext
>;

/** The URL of a one-time link. The token is in the fragment, which no server or proxy logs. */
export function formatSignInLink(externalUrl: string, token: string): string {
  return `${externalUrl.replace(/\/$/, '')}/sign-in#token=${encodeURIComponent(token)}`;
}

/** Builds the handlers. */
export function createIdentityRoutes(options: IdentityRoutesOptions): IdentityRoutes {
  const { identity } = options;
  return {
    ...createSessionRoutes(options),
    async setOwnPassword({ body }, context) {
      const principal = await getPrincipal(identity, context);
      await identity.changePassword({ principal, current: body.current, next: body.next });
      return {};
    },
    listUsers: async () => ({ users: (await identity.listUsers()).map(viewUser) }),
    createUser: async ({ body }) => viewUser(await identity.createUser(body)),
    async createUserLink({ params }) {
      const { name } = await getUser(identity, params.id);
      return viewLink(await identity.createSignInLink(name), options.externalUrl());
    },
    async setUserRole({ params, body }) {
      const { name } = await getUser(identity, params.id);
      return viewUser(await identity.setUserRole(name, body.role));
    },
    listTokens: async () => ({ tokens: (await identity.listTokens()).map(viewToken) }),
    async createToken({ body }, context) {
      const { id } = await getPrincipal(identity, context);
      const { token, secret } = await identity.createToken({ ...body, userId: id });
      return { token: viewToken(token), secret };
    },
    async deleteToken({ params }) {
      await identity.revokeToken(params.id);
      return {};
    },
  };
}

function createSessionRoutes(
  options: IdentityRoutesOptions,
): Pick<IdentityRoutes, 'getSession' | 'createSession' | 'redeemLink' | 'deleteSession'> {
  const { identity, isAuthRequired, version } = options;
  const viewSession = async (
    user: User | undefined,
    role: Role | undefined,
  ): Promise<SessionView> => ({
    user: user === undefined ? null : viewUser(user),
    isAuthRequired,
    role: role ?? null,
    isFirstStart: user === undefined && isAuthRequired && (await identity.isFirstStart()),
    version,
  });
  const enter = async (signedIn: SignedIn, context: RequestContext): Promise<SessionView> => {
    context.setSessionToken(signedIn.sessionToken);
    return viewSession(signedIn.user, signedIn.user.role);
  };
  return {
    async getSession(_input, context) {
      const principal = await findPrincipal(identity, context);
      const user = principal && (await identity.findUser(principal.id));
      return viewSession(user, context.actor?.role);
    },
    async createSession({ body }, context) {
      const client = { address: context.clientAddress };
      return enter(await identity.signIn({ ...body, client }), context);
    },
    async redeemLink({ body }, context) {
      const client = { address: context.clientAddress };
      return enter(await identity.redeemLink({ token: body.token, client }), context);
    },
    async deleteSession(_input, context) {
      if (context.sessionToken !== undefined) await identity.signOut(context.sessionToken);
      context.setSessionToken(undefined);
      return {};
    },
  };
}

async function findPrincipal(
  identity: Identity,
  { sessionToken }: RequestContext,
): Promise<Principal | undefined> {
  return sessionToken === undefined ? undefined : identity.authenticate({ sessionToken });
}

/** These acts are a person's own: a token cannot do them, and nobody can with `--auth none`. */
async function getPrincipal(identity: Identity, context: RequestContext): Promise<Principal> {
  const principal = await findPrincipal(identity, context);
  if (principal !== undefined) return principal;
  const message =
    'this needs someone who is signed in; on the machine itself use nines user and nines token';
  throw forbidden('AUTH_SESSION_NEEDED', message);
}

async function getUser(identity: Identity, id: string): Promise<User> {
  const user = await identity.findUser(id);
  if (user !== undefined) return user;
  throw notFound('USER_NOT_FOUND', `there is no user "${id}"`);
}

function viewUser(user: User): UserView {
  const { id, name, displayName, role, passwordHash, createdAt } = user;
  return { id, name, displayName, role, hasPassword: passwordHash !== undefined, createdAt };
}

function viewToken({ id, name, role, createdAt, lastUsedAt }: ApiToken): TokenView {
  return { id, name, role, createdAt, lastUsedAt: lastUsedAt ?? null };
}

function viewLink(link: CreatedLink, externalUrl: string): { url: string; expiresAt: number } {
  return { url: formatSignInLink(externalUrl, link.token), expiresAt: link.expiresAt };
}
