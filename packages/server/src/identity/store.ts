/** Users, sessions, API tokens and sign-in links in the database. */
import type { Database } from '../database/index.ts';
import { type AppError, assert, conflict, type Role, unauthenticated } from '../platform/index.ts';
import { SESSION_IDLE_MS, SESSION_LIFETIME_MS, SESSIONS_PER_USER_MAX } from './limits.ts';
import type { ApiToken, Session, SignInLink, User } from './model.ts';
import {
  fromApiTokenRow,
  fromLinkRow,
  fromSessionRow,
  fromUserRow,
  parseRole,
  type Tables,
  toApiTokenRow,
  toLinkRow,
  toSessionRow,
  toUserRow,
} from './rows.ts';

/** A session to begin, and the secret's hash that it is found by. */
export interface NewSession {
  readonly session: Session;
  readonly tokenHash: string;
}

export interface IdentityStore {
  /** Stores a user, and with it a link to sign in by. Throws `USER_EXISTS`. */
  insertUser(user: User, link?: SignInLink): Promise<void>;
  findUser(id: string): Promise<User | undefined>;
  findUserByName(name: string): Promise<User | undefined>;
  /** All users by name. */
  listUsers(): Promise<readonly User[]>;
  countUsers(): Promise<number>;
  /** Whether anybody has a password or has ever signed in. */
  hasAnyoneEntered(): Promise<boolean>;
  /** Sets a password, and ends all that the old one had opened but for one session. */
  updatePassword(change: {
    readonly userId: string;
    /** The hash that the change was decided on; throws `PASSWORD_CHANGED_MEANWHILE` otherwise. */
    readonly from: string | undefined;
    readonly to: string;
    readonly keptSessionId: string | undefined;
  }): Promise<void>;
  /** Takes the password away, ends all sessions, and stores the link to choose another by. */
  resetPassword(link: SignInLink): Promise<void>;
  /** Replaces a hash by a costlier one of the same password, unless it was changed meanwhile. */
  replacePasswordHash(change: {
    readonly userId: string;
    readonly from: string;
    readonly to: string;
  }): Promise<void>;
  /** Throws `ADMIN_NEEDED` where nobody else who is enabled is an admin. */
  updateRole(user: User, role: Role): Promise<void>;
  /**
   * Disables a user, ending all sessions, or (undefined) enables one. Throws `ADMIN_NEEDED` for
   * the last admin.
   */
  updateDisabled(user: User, disabledAt: number | undefined): Promise<void>;

  /**
   * Begins a session, and drops the user's that are over or too many. With the hash of the
   * password that was proved, it throws `AUTH_WRONG_CREDENTIALS` when it is another one by now.
   */
  insertSession(begin: NewSession, provenHash?: string): Promise<void>;
  findSession(tokenHash: string): Promise<{ session: Session; user: User } | undefined>;
  /** A user's sessions, the last used first. */
  listSessions(userId: string): Promise<readonly Session[]>;
  updateSessionUse(id: string, at: number): Promise<void>;
  /** Answers whether there was such a session. */
  deleteSession(userId: string, id: string): Promise<boolean>;
  deleteSessionByToken(tokenHash: string): Promise<Session | undefined>;

  insertApiToken(token: ApiToken, tokenHash: string): Promise<void>;
  findApiToken(tokenHash: string): Promise<{ token: ApiToken; user: User } | undefined>;
  /** Tokens that were not revoked, of one user or of all, the newest first. */
  listApiTokens(userId: string | undefined): Promise<readonly ApiToken[]>;
  updateApiTokenUse(id: string, at: number): Promise<void>;
  /** Answers the token's name; undefined where there is none or it was revoked before. */
  revokeApiToken(id: string, at: number): Promise<string | undefined>;

  /** Stores a link; the user's earlier ones hold no longer. */
  insertLink(link: SignInLink): Promise<void>;
  findLink(tokenHash: string): Promise<{ link: SignInLink; user: User } | undefined>;
  /** Uses a link up and begins a session. Throws `SIGN_IN_LINK_INVALID` when it was used before. */
  redeemLink(tokenHash: string, begin: NewSession): Promise<void>;
}

/** Builds the store. */
export function createIdentityStore(database: Database): IdentityStore {
  return {
    ...createUserStore(database),
    ...createPasswordStore(database),
    ...createRightsStore(database),
    ...createSessionStore(database),
    ...createApiTokenStore(database),
    ...createLinkStore(database),
  };
}

type UserStore = Pick<
  IdentityStore,
  'insertUser' | 'findUser' | 'findUserByName' | 'listUsers' | 'countUsers' | 'hasAnyoneEntered'
>;

function createUserStore(database: Database): UserStore {
  const query = database.query.withTables<Tables>();
  const users = query.selectFrom('users').selectAll();
  return {
    async insertUser(user, link) {
      // A name that is taken is an ordinary answer, so it is a guard and not a violated key.
      const insert = query
        .insertInto('users')
        .values(toUserRow(user))
        .onConflict((on) => on.column('name').doNothing());
      const taken = () => conflict('USER_EXISTS', `there is a user "${user.name}" already`);
      await database.write([
        { query: insert, expectRows: 1, otherwise: taken },
        ...(link === undefined ? [] : [query.insertInto('sign_in_links').values(toLinkRow(link))]),
      ]);
    },
    async findUser(id) {
      const row = await users.where('id', '=', id).executeTakeFirst();
      return row && fromUserRow(row);
    },
    async findUserByName(name) {
      const row = await users.where('name', '=', name).executeTakeFirst();
      return row && fromUserRow(row);
    },
    async listUsers() {
      return (await users.orderBy('name').execute()).map(fromUserRow);
    },
    async countUsers() {
      const { count } = await query
        .selectFrom('users')
        .select((is) => is.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    async hasAnyoneEntered() {
      const row = await users
        .where((is) =>
          is.or([is('password_hash', 'is not', null), is('last_signed_in_at', 'is not', null)]),
        )
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

type PasswordStore = Pick<
  IdentityStore,
  'updatePassword' | 'resetPassword' | 'replacePasswordHash'
>;

function createPasswordStore(database: Database): PasswordStore {
  const query = database.query.withTables<Tables>();
  const update = (userId: string) => query.updateTable('users').where('id', '=', userId);
  const endSessions = (userId: string) =>
    query.deleteFrom('sessions').where('user_id', '=', userId);
  const endLinks = (userId: string) =>
    query.deleteFrom('sign_in_links').where('user_id', '=', userId);
  return {
    async updatePassword({ userId, from, to, keptSessionId }) {
      const sessions = endSessions(userId);
      const set = update(userId).set({ password_hash: to });
      const isSame =
        from === undefined
          ? set.where('password_hash', 'is', null)
          : set.where('password_hash', '=', from);
      await database.write([
        { query: isSame, expectRows: 1, otherwise: passwordChanged },
        keptSessionId === undefined ? sessions : sessions.where('id', '<>', keptSessionId),
        endLinks(userId),
      ]);
    },
    async resetPassword(link) {
      await database.write([
        update(link.userId).set({ password_hash: null }),
        endSessions(link.userId),
        endLinks(link.userId),
        query.insertInto('sign_in_links').values(toLinkRow(link)),
      ]);
    },
    async replacePasswordHash({ userId, from, to }) {
      await database.write([
        update(userId).set({ password_hash: to }).where('password_hash', '=', from),
      ]);
    },
  };
}

type RightsStore = Pick<IdentityStore, 'updateRole' | 'updateDisabled'>;

/** What keeps somebody in charge is part of the statement: two admins may demote each other. */
function createRightsStore(database: Database): RightsStore {
  const query = database.query.withTables<Tables>();
  const update = (userId: string) => query.updateTable('users').where('id', '=', userId);
  const hasOtherAdmin = (userId: string) =>
    query
      .selectFrom('users as other')
      .select('other.id')
      .where('other.role', '=', 'admin')
      .where('other.disabled_at', 'is', null)
      .where('other.id', '<>', userId);
  const updateGuarded = (user: User) =>
    update(user.id).where((is) =>
      is.or([
        is('role', '<>', 'admin'),
        is('disabled_at', 'is not', null),
        is.exists(hasOtherAdmin(user.id)),
      ]),
    );
  return {
    async updateRole(user, role) {
      const isRaising = role === 'admin';
      await database.write([
        {
          query: (isRaising ? update(user.id) : updateGuarded(user)).set({ role }),
          expectRows: 1,
          otherwise: () => lastAdmin(user),
        },
      ]);
    },
    async updateDisabled(user, disabledAt) {
      if (disabledAt === undefined) {
        await database.write([update(user.id).set({ disabled_at: null })]);
        return;
      }
      await database.write([
        {
          query: updateGuarded(user).set({ disabled_at: disabledAt }),
          expectRows: 1,
          otherwise: () => lastAdmin(user),
        },
        query.deleteFrom('sessions').where('user_id', '=', user.id),
        query.deleteFrom('sign_in_links').where('user_id', '=', user.id),
      ]);
    },
  };
}

type SessionStore = Pick<
  IdentityStore,
  | 'insertSession'
  | 'findSession'
  | 'listSessions'
  | 'updateSessionUse'
  | 'deleteSession'
  | 'deleteSessionByToken'
>;

function createSessionStore(database: Database): SessionStore {
  const query = database.query.withTables<Tables>();
  return {
    async insertSession(begin, provenHash) {
      await database.write(beginSession(database, begin, provenHash));
    },
    async findSession(tokenHash) {
      const row = await query
        .selectFrom('sessions')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const user = await findOwner(database, row.user_id);
      return { session: fromSessionRow(row), user };
    },
    async listSessions(userId) {
      const rows = await query
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(fromSessionRow);
    },
    async updateSessionUse(id, at) {
      await database.write([
        query.updateTable('sessions').set({ last_used_at: at }).where('id', '=', id),
      ]);
    },
    async deleteSession(userId, id) {
      const [deleted] = await database.write([
        query.deleteFrom('sessions').where('user_id', '=', userId).where('id', '=', id),
      ]);
      return deleted.affectedRows > 0;
    },
    async deleteSessionByToken(tokenHash) {
      const [deleted] = await database.write([
        query.deleteFrom('sessions').where('token_hash', '=', tokenHash).returningAll(),
      ]);
      return deleted.rows.map(fromSessionRow).at(0);
    },
  };
}

/** The statements that begin a session. */
function beginSession(
  database: Database,
  { session, tokenHash }: NewSession,
  provenHash: string | undefined,
) {
  const query = database.query.withTables<Tables>();
  const { userId, createdAt: now } = session;
  const kept = query
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('last_used_at', 'desc')
    .orderBy('id', 'desc')
    .limit(SESSIONS_PER_USER_MAX - 1);
  const note = query
    .updateTable('users')
    .set({ last_signed_in_at: now })
    .where('id', '=', userId)
    .where('disabled_at', 'is', null);
  return [
    query
      .deleteFrom('sessions')
      .where('user_id', '=', userId)
      .where((is) =>
        is.or([
          is('last_used_at', '<=', now - SESSION_IDLE_MS),
          is('created_at', '<=', now - SESSION_LIFETIME_MS),
          is('id', 'not in', kept),
        ]),
      ),
    query.insertInto('sessions').values(toSessionRow(session, tokenHash)),
    {
      query: provenHash === undefined ? note : note.where('password_hash', '=', provenHash),
      expectRows: 1,
      otherwise: wrongCredentials,
    },
  ] as const;
}

type ApiTokenStore = Pick<
  IdentityStore,
  'insertApiToken' | 'findApiToken' | 'listApiTokens' | 'updateApiTokenUse' | 'revokeApiToken'
>;

function createApiTokenStore(database: Database): ApiTokenStore {
  const query = database.query.withTables<Tables>();
  return {
    async insertApiToken(token, tokenHash) {
      await database.write([
        query.insertInto('api_tokens').values(toApiTokenRow(token, tokenHash)),
      ]);
    },
    async findApiToken(tokenHash) {
      const row = await query
        .selectFrom('api_tokens')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const user = await findOwner(database, row.user_id);
      return { token: fromApiTokenRow(row, user.role), user };
    },
    async listApiTokens(userId) {
      const all = query
        .selectFrom('api_tokens')
        .innerJoin('users', 'users.id', 'api_tokens.user_id')
        .selectAll('api_tokens')
        .select('users.role as maker_role')
        .where('revoked_at', 'is', null)
        .orderBy('api_tokens.created_at', 'desc')
        .orderBy('api_tokens.id', 'desc');
      const rows = await (userId === undefined ? all : all.where('user_id', '=', userId)).execute();
      return rows.map((row) => fromApiTokenRow(row, parseRole(row.maker_role)));
    },
    async updateApiTokenUse(id, at) {
      await database.write([
        query.updateTable('api_tokens').set({ last_used_at: at }).where('id', '=', id),
      ]);
    },
    async revokeApiToken(id, at) {
      const [updated] = await database.write([
        query
          .updateTable('api_tokens')
          .set({ revoked_at: at })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('name'),
      ]);
      return updated.rows.at(0)?.name;
    },
  };
}

type LinkStore = Pick<IdentityStore, 'insertLink' | 'findLink' | 'redeemLink'>;

function createLinkStore(database: Database): LinkStore {
  const query = database.query.withTables<Tables>();
  return {
    async insertLink(link) {
      await database.write([
        query.deleteFrom('sign_in_links').where('user_id', '=', link.userId),
        query.insertInto('sign_in_links').values(toLinkRow(link)),
      ]);
    },
    async findLink(tokenHash) {
      const row = await query
        .selectFrom('sign_in_links')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return { link: fromLinkRow(row), user: await findOwner(database, row.user_id) };
    },
    async redeemLink(tokenHash, begin) {
      await database.write([
        {
          query: query
            .updateTable('sign_in_links')
            .set({ used_at: begin.session.createdAt })
            .where('token_hash', '=', tokenHash)
            .where('used_at', 'is', null),
          expectRows: 1,
          otherwise: linkInvalid,
        },
        ...beginSession(database, begin, undefined),
      ]);
    },
  };
}

/** The one answer for every reason why a password does not let in. */
export function wrongCredentials(): AppError {
  return unauthenticated('AUTH_WRONG_CREDENTIALS', 'wrong name or password');
}

function lastAdmin({ name }: User): AppError {
  const message = `user "${name}" is the last admin; make somebody else one first (nines user role NAME admin)`;
  return conflict('ADMIN_NEEDED', message);
}

function passwordChanged(): AppError {
  const message = 'the password was changed by somebody else meanwhile; try again';
  return conflict('PASSWORD_CHANGED_MEANWHILE', message);
}

/** The one answer for a link that is unknown, used or too old: nobody learns which. */
export function linkInvalid(): AppError {
  return unauthenticated(
    'SIGN_IN_LINK_INVALID',
    'this sign-in link is not valid any more; ask for a new one (nines user reset-password NAME)',
  );
}

/** The user that a row names by a foreign key. */
async function findOwner(database: Database, userId: string): Promise<User> {
  const row = await database.query
    .withTables<Tables>()
    .selectFrom('users')
    .selectAll()
    .where('id', '=', userId)
    .executeTakeFirst();
  assert(row !== undefined, `user "${userId}" is referred to and not there`);
  return fromUserRow(row);
}
