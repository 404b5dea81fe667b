/** Users: making them, their passwords, and the links that stand in for a password. */
import {
  type AppError,
  conflict,
  invalid,
  limitExceeded,
  notFound,
  type Role,
} from '../platform/index.ts';
import { LINK_LIFETIME_MS, USERS_MAX } from './limits.ts';
import { DEFAULT_ROLE, parseDisplayName, parseName, type SignInLink, type User } from './model.ts';
import { findUserByName, type Parts, takeAttempt } from './parts.ts';
import { findPasswordFault } from './password-rules.ts';
import { createSecret, hashOwnSecret } from './secret.ts';
import type { CreatedLink, Identity } from './identity.ts';

/** The user that a first start makes. */
const FIRST_USER = 'admin';

type Accounts = Pick<
  Identity,
  | 'prepareFirstSignIn'
  | 'isFirstStart'
  | 'createSignInLink'
  | 'resetPassword'
  | 'createUser'
  | 'listUsers'
  | 'findUser'
  | 'getUserByName'
  | 'setUserRole'
  | 'setUserDisabled'
  | 'setPassword'
  | 'changePassword'
>;

export function createAccounts(parts: Parts): Accounts {
  return { ...createUsers(parts), ...createLinks(parts), ...createPasswords(parts) };
}

function createUsers(
  parts: Parts,
): Pick<
  Accounts,
  'createUser' | 'listUsers' | 'findUser' | 'getUserByName' | 'setUserRole' | 'setUserDisabled'
> {
  const { store, clock, cache, log } = parts;
  return {
    async createUser(request) {
      const count = await store.countUsers();
      const role = request.role ?? (count === 0 ? 'admin' : DEFAULT_ROLE);
      const user = createUser(parts, { ...request, role });
      if (count === 0 && role !== 'admin') {
        const message = `the first user must be an admin, else nobody can let others in; got ${role}`;
        throw conflict('ADMIN_NEEDED', message);
      }
      if (count >= USERS_MAX) {
        throw limitExceeded('USERS_TOO_MANY', `there are ${count} users already`);
      }
      await store.insertUser(user);
      log.info('user created', { user: user.name, role });
      return user;
    },
    listUsers: async () => store.listUsers(),
    findUser: async (id) => store.findUser(id),
    getUserByName: async (name) => getUser(parts, name),
    async setUserRole(userName, role) {
      const user = await getUser(parts, userName);
      await store.updateRole(user, role);
      cache.clear();
      log.info('role changed', { user: user.name, from: user.role, to: role });
      return { ...user, role };
    },
    async setUserDisabled(userName, isDisabled) {
      const user = await getUser(parts, userName);
      await store.updateDisabled(user, isDisabled ? clock.now() : undefined);
      cache.clear();
      log.info(isDisabled ? 'user disabled' : 'user enabled', { user: user.name });
    },
  };
}

function createLinks(
  parts: Parts,
): Pick<Accounts, 'prepareFirstSignIn' | 'isFirstStart' | 'createSignInLink' | 'resetPassword'> {
  const { store, cache, log } = parts;
  return {
    async prepareFirstSignIn() {
      if (await store.hasAnyoneEntered()) return undefined;
      const users = await store.listUsers();
      const admins = users.filter(
        ({ role, disabledAt }) => role === 'admin' && disabledAt === undefined,
      );
      const user = admins.find(({ name }) => name === FIRST_USER) ?? admins.at(0);
      if (user === undefined) return createFirstUser(parts);
      const { link, created } = createLink(parts, user);
      await store.insertLink(link);
      return created;
    },
    isFirstStart: async () => !(await store.hasAnyoneEntered()),
    async createSignInLink(userName) {
      const user = await getUser(parts, userName);
      if (user.disabledAt !== undefined) throw userDisabled(user);
      const { link, created } = createLink(parts, user);
      await store.insertLink(link);
      log.info('sign-in link created', { user: user.name });
      return created;
    },
    async resetPassword(userName) {
      const user = await getUser(parts, userName);
      if (user.disabledAt !== undefined) throw userDisabled(user);
      const { link, created } = createLink(parts, user);
      await store.resetPassword(link);
      cache.clear();
      log.info('password reset', { user: user.name });
      return created;
    },
  };
}

function createPasswords(parts: Parts): Pick<Accounts, 'setPassword' | 'changePassword'> {
  const { hasher, clock, attemptsByName } = parts;
  return {
    async setPassword({ userName, password }) {
      const user = await getUser(parts, userName);
      await storePassword(parts, { user, password, keptSessionId: undefined });
    },
    async changePassword({ principal, current, next }) {
      const user = await getUser(parts, principal.name);
      if (user.passwordHash !== undefined) {
        takeAttempt(attemptsByName, user.name, clock);
        const isRight = await hasher.verify(current ?? '', user.passwordHash);
        if (!isRight) throw invalid('PASSWORD_WRONG', 'the current password is not right');
        attemptsByName.giveBack(user.name);
      }
      const { kind, id } = principal.credential;
      const keptSessionId = kind === 'session' ? id : undefined;
      await storePassword(parts, { user, password: next, keptSessionId });
    },
  };
}

async function storePassword(
  { store, hasher, cache, log }: Parts,
  change: {
    readonly user: User;
    readonly password: string;
    readonly keptSessionId: string | undefined;
  },
): Promise<void> {
  const { user, password, keptSessionId } = change;
  const fault = findPasswordFault(password, user.name);
  if (fault !== undefined) throw fault;
  const to = await hasher.hash(password);
  await store.updatePassword({ userId: user.id, from: user.passwordHash, to, keptSessionId });
  cache.clear();
  log.info('password set', { user: user.name });
}

async function getUser(parts: Parts, name: string): Promise<User> {
  const user = await findUserByName(parts, name);
  if (user !== undefined) return user;
  throw notFound('USER_NOT_FOUND', `there is no user ${JSON.stringify(name)}`);
}

async function createFirstUser(parts: Parts): Promise<CreatedLink> {
  const user = createUser(parts, { name: FIRST_USER, displayName: 'Admin', role: 'admin' });
  const { link, created } = createLink(parts, user);
  await parts.store.insertUser(user, link);
  parts.log.info('user created', { user: user.name });
  return created;
}

function createUser(
  { clock, createId }: Parts,
  request: { readonly name: string; readonly displayName?: string; readonly role: Role },
): User {
  const name = parseName(request.name);
  return {
    id: createId('us'),
    name,
    displayName: parseDisplayName(request.displayName ?? name),
    role: request.role,
    passwordHash: undefined,
    createdAt: clock.now(),
    disabledAt: undefined,
    lastSignedInAt: undefined,
  };
}

function createLink(
  { clock, random }: Parts,
  user: User,
): { readonly link: SignInLink; readonly created: CreatedLink } {
  const token = createSecret(random);
  const createdAt = clock.now();
  const expiresAt = createdAt + LINK_LIFETIME_MS;
  const tokenHash = hashOwnSecret(token);
  return {
    link: { tokenHash, userId: user.id, createdAt, expiresAt, usedAt: undefined },
    created: { user, token, expiresAt },
  };
}

function userDisabled({ name }: User): AppError {
  return conflict('USER_DISABLED', `user "${name}" is disabled; enable it first`);
}
