import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachDatabase } from '../database/testing.ts';
import { AppError } from '../platform/index.ts';
import { SESSION_IDLE_MS, SESSION_LIFETIME_MS, SESSIONS_PER_USER_MAX } from './limits.ts';
import type { ApiToken, Session, SignInLink, User } from './model.ts';
import { createIdentityStore, type IdentityStore } from './store.ts';

const NOW = 1_790_000_000_000;

const user = (id: string, more: Partial<User> = {}): User => ({
  id,
  name: `name-of-${id}`,
  displayName: 'Grace Hopper',
  role: 'admin',
  passwordHash: undefined,
  createdAt: NOW,
  disabledAt: undefined,
  lastSignedInAt: undefined,
  ...more,
});
const session = (id: string, more: Partial<Session> = {}) => ({
  session: {
    id,
    userId: 'u',
    createdAt: NOW,
    lastUsedAt: NOW,
    clientAddress: '192.0.2.1',
    userAgent: 'Firefox',
    ...more,
  },
  tokenHash: `hash of ${id}`,
});
const token = (id: string, more: Partial<ApiToken> = {}): ApiToken => ({
  id,
  userId: 'u',
  name: 'grafana',
  role: 'admin',
  createdAt: NOW,
  lastUsedAt: undefined,
  expiresAt: undefined,
  revokedAt: undefined,
  ...more,
});
const link = (tokenHash: string, more: Partial<SignInLink> = {}): SignInLink => ({
  tokenHash,
  userId: 'u',
  createdAt: NOW,
  expiresAt: NOW + 1,
  usedAt: undefined,
  ...more,
});
/** Sets the first password of the user. */
const setPassword = async (store: IdentityStore, to: string, keptSessionId?: string) =>
  store.updatePassword({ userId: 'u', from: undefined, to, keptSessionId });
const isAppError = (code: string) => (error: unknown) =>
  error instanceof AppError && error.code === code;

forEachDatabase((open) => {
  const openStore = async () => {
    const store = createIdentityStore(await open());
    await store.insertUser(user('u'));
    return store;
  };

  it('finds a user as it was stored, by id and by name', async () => {
    const store = await openStore();
    const stored = user('full', { passwordHash: '$argon2id$…', disabledAt: 1, lastSignedInAt: 2 });
    await store.insertUser(stored);
    assert.deepEqual(await store.findUser('full'), stored);
    assert.deepEqual(await store.findUserByName('name-of-full'), stored);
    assert.equal(await store.findUser('nobody'), undefined);
    assert.equal(await store.findUserByName('nobody'), undefined);
    assert.equal(await store.countUsers(), 2);
  });

  it('lists users by name', async () => {
    const store = await openStore();
    await store.insertUser(user('b'));
    await store.insertUser(user('a'));
    assert.deepEqual(
      (await store.listUsers()).map(({ id }) => id),
      ['a', 'b', 'u'],
    );
  });

  it('refuses a name that is taken, and with it the link', async () => {
    const store = await openStore();
    const twin = user('twin', { name: 'name-of-u' });
    await assert.rejects(
      store.insertUser(twin, link('l', { userId: 'twin' })),
      isAppError('USER_EXISTS'),
    );
    assert.equal(await store.findLink('l'), undefined);
    assert.equal(await store.findUser('twin'), undefined);
  });

  it('knows whether anybody has entered', async () => {
    const store = await openStore();
    assert.equal(await store.hasAnyoneEntered(), false);
    await store.insertSession(session('s'));
    assert.equal(await store.hasAnyoneEntered(), true);
    const other = createIdentityStore(await open());
    assert.equal(await other.hasAnyoneEntered(), true);
  });

  it('takes a password for an entrance', async () => {
    const store = await openStore();
    await setPassword(store, 'x');
    assert.equal(await store.hasAnyoneEntered(), true);
  });

  it('ends other sessions and links when a password is set, and keeps the one that set it', async () => {
    const store = await openStore();
    await store.insertUser(user('v'));
    await store.insertSession(session('mine'));
    await store.insertSession(session('lost'));
    await store.insertSession(session('theirs', { userId: 'v' }));
    await store.insertLink(link('l'));
    await setPassword(store, 'hash', 'mine');
    assert.deepEqual(
      (await store.listSessions('u')).map(({ id }) => id),
      ['mine'],
    );
    assert.equal((await store.listSessions('v')).length, 1);
    assert.equal(await store.findLink('l'), undefined);
    assert.equal((await store.findUser('u'))?.passwordHash, 'hash');
  });

  it('resets: no password, no session, one link', async () => {
    const store = await openStore();
    await setPassword(store, 'hash');
    await store.insertSession(session('s'));
    await store.insertLink(link('old'));
    await store.resetPassword(link('new'));
    assert.equal((await store.findUser('u'))?.passwordHash, undefined);
    assert.deepEqual(await store.listSessions('u'), []);
    assert.equal(await store.findLink('old'), undefined);
    assert.ok((await store.findLink('new')) !== undefined);
  });

  it('replaces a hash only where the password is still the same', async () => {
    const store = await openStore();
    await setPassword(store, 'one');
    await store.replacePasswordHash({ userId: 'u', from: 'one', to: 'two' });
    await store.replacePasswordHash({ userId: 'u', from: 'one', to: 'three' });
    assert.equal((await store.findUser('u'))?.passwordHash, 'two');
  });

  it('refuses a password that was decided on another one, and ends nothing', async () => {
    const store = await openStore();
    await setPassword(store, 'one');
    await store.insertSession(session('s'));
    const late = { userId: 'u', from: 'none', to: 'two', keptSessionId: undefined };
    await assert.rejects(store.updatePassword(late), isAppError('PASSWORD_CHANGED_MEANWHILE'));
    await assert.rejects(setPassword(store, 'two'), isAppError('PASSWORD_CHANGED_MEANWHILE'));
    await store.updatePassword({ ...late, from: 'one', keptSessionId: 's' });
    assert.equal((await store.findUser('u'))?.passwordHash, 'two');
    assert.equal((await store.listSessions('u')).length, 1);
  });

  it('begins no session on a password that was changed, or for a user that was disabled', async () => {
    const store = await openStore();
    const isWrong = isAppError('AUTH_WRONG_CREDENTIALS');
    await setPassword(store, 'one');
    await store.insertSession(session('s'), 'one');
    await store.resetPassword(link('l'));
    await assert.rejects(store.insertSession(session('t'), 'one'), isWrong);
    await store.insertUser(user('v'));
    await store.updateDisabled(user('u'), NOW);
    await assert.rejects(store.insertSession(session('t')), isWrong);
    assert.deepEqual(await store.listSessions('u'), []);
  });

  it('ends sessions and links of a user that is disabled', async () => {
    const store = await openStore();
    await store.insertSession(session('s'));
    await store.insertLink(link('l'));
    await store.insertUser(user('v'));
    await store.updateDisabled(user('u'), NOW);
    assert.equal((await store.findUser('u'))?.disabledAt, NOW);
    assert.deepEqual(await store.listSessions('u'), []);
    assert.equal(await store.findLink('l'), undefined);
    await store.updateDisabled(user('u'), undefined);
    assert.equal((await store.findUser('u'))?.disabledAt, undefined);
  });

  it('finds a session with its user, and notes its use', async () => {
    const store = await openStore();
    await store.insertSession(session('s'));
    await store.updateSessionUse('s', NOW + 5);
    const found = await store.findSession('hash of s');
    assert.deepEqual(found?.session, session('s', { lastUsedAt: NOW + 5 }).session);
    assert.equal(found?.user.id, 'u');
    assert.equal(found?.user.lastSignedInAt, NOW);
    assert.equal(await store.findSession('hash of nobody'), undefined);
  });

  it('drops sessions that are over when another begins', async () => {
    const store = await openStore();
    await store.insertSession(session('idle', { lastUsedAt: NOW - SESSION_IDLE_MS }));
    await store.insertSession(session('old', { createdAt: NOW - SESSION_LIFETIME_MS }));
    await store.insertSession(session('good', { lastUsedAt: NOW - SESSION_IDLE_MS + 1 }));
    await store.insertSession(session('new'));
    assert.deepEqual(
      (await store.listSessions('u')).map(({ id }) => id),
      ['new', 'good'],
    );
  });

  it('keeps no more than the last used sessions of a user', async () => {
    const store = await openStore();
    for (let i = 0; i <= SESSIONS_PER_USER_MAX; i++) {
      await store.insertSession(session(`s${i}`, { lastUsedAt: NOW + i }));
    }
    const ids = (await store.listSessions('u')).map(({ id }) => id);
    assert.equal(ids.length, SESSIONS_PER_USER_MAX);
    assert.equal(ids.at(0), `s${SESSIONS_PER_USER_MAX}`);
    assert.equal(ids.includes('s0'), false);
  });

  it('deletes a session by its user and id, or by its token', async () => {
    const store = await openStore();
    await store.insertUser(user('v'));
    await store.insertSession(session('s'));
    assert.equal(await store.deleteSession('v', 's'), false);
    assert.equal(await store.deleteSession('u', 's'), true);
    assert.equal(await store.deleteSession('u', 's'), false);
    await store.insertSession(session('t'));
    assert.equal((await store.deleteSessionByToken('hash of t'))?.id, 't');
    assert.equal(await store.deleteSessionByToken('hash of t'), undefined);
  });

  it('finds an API token with its user, notes its use, and revokes it once', async () => {
    const store = await openStore();
    await store.insertApiToken(token('t', { expiresAt: NOW + 9 }), 'hash');
    await store.updateApiTokenUse('t', NOW + 5);
    const want = token('t', { expiresAt: NOW + 9, lastUsedAt: NOW + 5 });
    const found = await store.findApiToken('hash');
    assert.deepEqual(found?.token, want);
    assert.equal(found?.user.id, 'u');
    assert.equal(await store.revokeApiToken('t', NOW + 7), want.name);
    assert.equal(await store.revokeApiToken('t', NOW + 8), undefined);
    assert.equal((await store.findApiToken('hash'))?.token.revokedAt, NOW + 7);
  });

  it('lists tokens in force, of one user or of all, the newest first', async () => {
    const store = await openStore();
    await store.insertUser(user('v'));
    await store.insertApiToken(token('a', { createdAt: NOW }), 'a');
    await store.insertApiToken(token('b', { createdAt: NOW + 1 }), 'b');
    await store.insertApiToken(token('c', { createdAt: NOW + 2, userId: 'v' }), 'c');
    await store.insertApiToken(token('gone', { revokedAt: NOW }), 'd');
    const ids = async (userId?: string) => (await store.listApiTokens(userId)).map(({ id }) => id);
    assert.deepEqual(await ids(), ['c', 'b', 'a']);
    assert.deepEqual(await ids('u'), ['b', 'a']);
  });

  it('gives a token at most what its maker may do now', async () => {
    const store = await openStore();
    await store.insertUser(user('v'));
    await store.insertApiToken(token('a'), 'a');
    await store.insertApiToken(token('b', { role: 'viewer' }), 'b');
    const roles = async () => (await store.listApiTokens('u')).map(({ role }) => role);
    assert.deepEqual(await roles(), ['viewer', 'admin']);
    await store.updateRole(user('u'), 'responder');
    assert.deepEqual(await roles(), ['viewer', 'responder']);
    assert.equal((await store.findApiToken('a'))?.token.role, 'responder');
    await store.updateRole(user('u'), 'admin');
    assert.deepEqual(await roles(), ['viewer', 'admin']);
  });

  it('keeps one admin when all demote and disable one another at once', async () => {
    const store = await openStore();
    const others = ['v', 'w', 'x'];
    for (const id of others) await store.insertUser(user(id));
    const settled = await Promise.allSettled([
      store.updateRole(user('u'), 'viewer'),
      store.updateDisabled(user('v'), NOW),
      store.updateRole(user('w'), 'responder'),
      store.updateDisabled(user('x'), NOW),
    ]);
    const refused: readonly unknown[] = settled
      .filter((one) => one.status === 'rejected')
      .map(({ reason }: PromiseRejectedResult): unknown => reason);
    assert.equal(refused.length, 1);
    assert.ok(isAppError('ADMIN_NEEDED')(refused[0]));
    const left = (await store.listUsers()).filter(
      ({ role, disabledAt }) => role === 'admin' && disabledAt === undefined,
    );
    assert.equal(left.length, 1);
    await assert.rejects(store.updateRole(left[0], 'responder'), isAppError('ADMIN_NEEDED'));
    await store.updateRole(left[0], 'admin');
  });

  it('keeps the newest link of a user only', async () => {
    const store = await openStore();
    await store.insertLink(link('one'));
    await store.insertLink(link('two'));
    assert.equal(await store.findLink('one'), undefined);
    assert.deepEqual((await store.findLink('two'))?.link, link('two'));
  });

  it('lets one of many use a link up, and begins one session', async () => {
    const store = await openStore();
    await store.insertLink(link('l'));
    const settled = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map(async (id) => store.redeemLink('l', session(id))),
    );
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of settled) {
      if (one.status === 'rejected') assert.ok(isAppError('SIGN_IN_LINK_INVALID')(one.reason));
    }
    assert.equal((await store.listSessions('u')).length, 1);
    assert.equal((await store.findLink('l'))?.link.usedAt, NOW);
  });
});
