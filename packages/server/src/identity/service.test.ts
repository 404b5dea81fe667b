import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachDatabase } from '../database/testing.ts';
import {
  AppError,
  createLog,
  createManualClock,
  createSecureRandom,
  type Role,
} from '../platform/index.ts';
import type { Identity } from './identity.ts';
import {
  ADDRESS_ATTEMPTS_BURST,
  CACHE_TTL_MS,
  LINK_LIFETIME_MS,
  NAME_ATTEMPT_EVERY_MS,
  NAME_ATTEMPTS_BURST,
  SESSION_IDLE_MS,
} from './limits.ts';
import { createIdentity } from './service.ts';
import { createIdentityStore } from './store.ts';

const START = 1_790_000_000_000;
/** Passwords of tests need not withstand anybody. */
const CHEAP = { memory: 8, passes: 1, parallelism: 1 };
const PASSWORD = 'correct horse battery';
const client = { address: '192.0.2.1', userAgent: 'Firefox' };

const isAppError = (code: string) => (error: unknown) =>
  error instanceof AppError && error.code === code;
const isWrong = isAppError('AUTH_WRONG_CREDENTIALS');
const isLimited = isAppError('AUTH_RATE_LIMITED');

forEachDatabase((open) => {
  const openIdentity = async () => {
    const clock = createManualClock(START);
    const lines: string[] = [];
    const log = createLog({ clock, level: 'info', write: (line) => void lines.push(line) });
    const database = await open();
    const random = createSecureRandom();
    const create = (hashCosts = CHEAP): Identity =>
      createIdentity({ database, clock, random, log, hashCosts });
    return { identity: create(), create, clock, lines, store: createIdentityStore(database) };
  };
  const openWithUser = async () => {
    const all = await openIdentity();
    await all.identity.createUser({ name: 'grace', displayName: 'Grace Hopper' });
    await all.identity.setPassword({ userName: 'grace', password: PASSWORD });
    const signIn = async (password = PASSWORD, address = client.address) =>
      all.identity.signIn({ name: 'grace', password, client: { address } });
    return { ...all, signIn };
  };

  it('lets the first person in by a link, once', async () => {
    const { identity } = await openIdentity();
    assert.equal(await identity.isFirstStart(), true);
    const link = await identity.prepareFirstSignIn();
    assert.ok(link !== undefined);
    assert.equal(link.user.name, 'admin');
    assert.equal(link.expiresAt, START + LINK_LIFETIME_MS);
    const { sessionToken, user } = await identity.redeemLink({ token: link.token, client });
    assert.equal(user.name, 'admin');
    const principal = await identity.authenticate({ sessionToken });
    assert.equal(principal?.name, 'admin');
    await assert.rejects(
      identity.redeemLink({ token: link.token, client }),
      isAppError('SIGN_IN_LINK_INVALID'),
    );
    assert.equal(await identity.isFirstStart(), false);
  });

  it('makes a fresh link at each start until somebody has entered', async () => {
    const { create } = await openIdentity();
    const first = await create().prepareFirstSignIn();
    const second = await create().prepareFirstSignIn();
    assert.ok(first !== undefined && second !== undefined);
    await assert.rejects(
      create().redeemLink({ token: first.token, client }),
      isAppError('SIGN_IN_LINK_INVALID'),
    );
    await create().redeemLink({ token: second.token, client });
    assert.equal(await create().prepareFirstSignIn(), undefined);
    assert.deepEqual((await create().listUsers()).length, 1);
  });

  it('makes no link once somebody has a password', async () => {
    const { identity } = await openWithUser();
    assert.equal(await identity.prepareFirstSignIn(), undefined);
    assert.equal(await identity.isFirstStart(), false);
  });

  it('refuses a link that is a day old', async () => {
    const { identity, clock } = await openWithUser();
    const { token } = await identity.createSignInLink('grace');
    clock.advance(LINK_LIFETIME_MS);
    await assert.rejects(
      identity.redeemLink({ token, client }),
      isAppError('SIGN_IN_LINK_INVALID'),
    );
  });

  it('signs in with the right password, however the name is typed', async () => {
    const { identity } = await openWithUser();
    const signedIn = await identity.signIn({ name: ' Grace', password: PASSWORD, client });
    assert.equal(signedIn.user.displayName, 'Grace Hopper');
    assert.equal(signedIn.user.lastSignedInAt, START);
    const [session] = await identity.listSessions(signedIn.user.id);
    assert.deepEqual(session, signedIn.session);
    assert.deepEqual([session.clientAddress, session.userAgent], ['192.0.2.1', 'Firefox']);
  });

  it('gives one answer for a wrong password, an unknown name, no password and a disabled user', async () => {
    const { identity } = await openWithUser();
    await identity.createUser({ name: 'linkonly' });
    await identity.createUser({ name: 'gone' });
    await identity.setPassword({ userName: 'gone', password: PASSWORD });
    await identity.setUserDisabled('gone', true);
    const answers = await Promise.all(
      ['grace', 'nobody', 'linkonly', 'gone', 'x'.repeat(10_000), '\u0000'].map(async (name) => {
        const password = name === 'grace' ? 'wrong horse battery' : PASSWORD;
        const error: unknown = await identity.signIn({ name, password, client }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof AppError);
        return `${error.kind} ${error.code} ${error.message}`;
      }),
    );
    assert.deepEqual(
      [...new Set(answers)],
      ['unauthenticated AUTH_WRONG_CREDENTIALS wrong name or password'],
    );
  });

  it('hashes a password anew when it is used after the costs were raised', async () => {
    const { identity, create, store, signIn } = await openWithUser();
    const { user } = await signIn();
    const hash = async () => (await store.findUser(user.id))?.passwordHash;
    const before = await hash();
    assert.match(before ?? '', /m=8,t=1,p=1/);
    await signIn();
    assert.equal(await hash(), before);
    const dearer = create({ ...CHEAP, passes: 2 });
    await dearer.signIn({ name: 'grace', password: PASSWORD, client });
    assert.match((await hash()) ?? '', /m=8,t=2,p=1/);
    await identity.signIn({ name: 'grace', password: PASSWORD, client });
  });

  it('limits attempts at one name from everywhere, and says how long to wait', async () => {
    const { signIn, clock } = await openWithUser();
    for (let i = 0; i < NAME_ATTEMPTS_BURST; i++) {
      await assert.rejects(signIn('wrong horse', `192.0.2.${i}`), isWrong);
    }
    await assert.rejects(signIn(PASSWORD, '198.51.100.1'), (error: unknown) => {
      assert.ok(isLimited(error) && error instanceof AppError);
      assert.equal(error.retryAfterSeconds, NAME_ATTEMPT_EVERY_MS / 1_000);
      return true;
    });
    clock.advance(NAME_ATTEMPT_EVERY_MS);
    await signIn();
  });

  it('limits attempts from one address at every name, and lets others through', async () => {
    const { identity, signIn } = await openWithUser();
    const guess = async (i: number) =>
      identity.signIn({ name: `guess${i}`, password: 'any password', client });
    await Promise.all(
      Array.from({ length: ADDRESS_ATTEMPTS_BURST }, async (_, i) =>
        assert.rejects(guess(i), isWrong),
      ),
    );
    await assert.rejects(guess(99), isLimited);
    await assert.rejects(identity.redeemLink({ token: 'guess', client }), isLimited);
    await signIn(PASSWORD, '198.51.100.1');
  });

  it('does not count those who get in', async () => {
    const { signIn } = await openWithUser();
    for (let i = 0; i < NAME_ATTEMPTS_BURST + 2; i++) await signIn();
  });

  it('knows a session until it is signed out, at once', async () => {
    const { identity, signIn } = await openWithUser();
    const { sessionToken } = await signIn();
    assert.ok((await identity.authenticate({ sessionToken })) !== undefined);
    await identity.signOut(sessionToken);
    assert.equal(await identity.authenticate({ sessionToken }), undefined);
    await identity.signOut(sessionToken);
    await identity.signOut('');
  });

  it('ends a session that is not used, and notes the use of one that is', async () => {
    const { identity, signIn, clock } = await openWithUser();
    const used = await signIn();
    const unused = await signIn();
    clock.advance(SESSION_IDLE_MS - 1);
    assert.ok((await identity.authenticate({ sessionToken: used.sessionToken })) !== undefined);
    await untilNoted(identity, used.user.id, used.session.id);
    clock.advance(CACHE_TTL_MS);
    assert.equal(await identity.authenticate({ sessionToken: unused.sessionToken }), undefined);
    assert.ok((await identity.authenticate({ sessionToken: used.sessionToken })) !== undefined);
    const sessions = await identity.listSessions(used.user.id);
    assert.deepEqual(
      sessions.map(({ id }) => id),
      [used.session.id],
    );
  });

  /** The use is written behind the answer; a write of ours that was answered is behind it. */
  const untilNoted = async (identity: Identity, userId: string, id: string) => {
    for (let i = 0; i < 50; i++) {
      await identity.setUserDisabled('grace', false);
      const session = (await identity.listSessions(userId)).find((one) => one.id === id);
      if (session !== undefined && session.lastUsedAt > START) return;
    }
    assert.fail('the use of the session was not noted');
  };

  it('revokes one session of its own user only', async () => {
    const { identity, signIn } = await openWithUser();
    const { user, session, sessionToken } = await signIn();
    const isMissing = isAppError('SESSION_NOT_FOUND');
    await assert.rejects(identity.revokeSession({ userId: 'us_x', id: session.id }), isMissing);
    await identity.revokeSession({ userId: user.id, id: session.id });
    assert.equal(await identity.authenticate({ sessionToken }), undefined);
  });

  it('knows an API token until it is revoked, at once', async () => {
    const { identity } = await openWithUser();
    const { id } = await identity.getUserByName('grace');
    const { token, secret } = await identity.createToken({ userId: id, name: 'grafana' });
    assert.match(secret, /^nines_/);
    const principal = await identity.authenticate({ apiToken: secret });
    assert.deepEqual(principal, {
      id,
      name: 'grace',
      displayName: 'Grace Hopper',
      role: 'admin',
      credential: { kind: 'apiToken', id: token.id },
    });
    await identity.revokeToken(token.id);
    assert.equal(await identity.authenticate({ apiToken: secret }), undefined);
    await assert.rejects(identity.revokeToken(token.id), isAppError('API_TOKEN_NOT_FOUND'));
    assert.deepEqual(await identity.listTokens(), []);
  });

  it('makes the first user an admin, and the next ones responders unless it is said', async () => {
    const { identity } = await openIdentity();
    const isNeeded = isAppError('ADMIN_NEEDED');
    await assert.rejects(identity.createUser({ name: 'eve', role: 'viewer' }), isNeeded);
    assert.equal((await identity.createUser({ name: 'grace' })).role, 'admin');
    assert.equal((await identity.createUser({ name: 'ada' })).role, 'responder');
    assert.equal((await identity.createUser({ name: 'wall', role: 'viewer' })).role, 'viewer');
    assert.equal((await identity.prepareFirstSignIn())?.user.name, 'grace');
    await assert.rejects(identity.setUserRole('grace', 'viewer'), isNeeded);
    await assert.rejects(identity.setUserDisabled('grace', true), isNeeded);
    await assert.rejects(identity.setUserRole('bob', 'viewer'), isAppError('USER_NOT_FOUND'));
  });

  it('lets a new role hold at once, for sessions and for tokens', async () => {
    const { identity, signIn } = await openWithUser();
    await identity.createUser({ name: 'ada', role: 'admin' });
    const { user, sessionToken } = await signIn();
    const { secret: apiToken } = await identity.createToken({ userId: user.id, name: 'ci' });
    const roles = async () => [
      (await identity.authenticate({ sessionToken }))?.role,
      (await identity.authenticate({ apiToken }))?.role,
    ];
    assert.deepEqual(await roles(), ['admin', 'admin']);
    assert.equal((await identity.setUserRole('grace', 'viewer')).role, 'viewer');
    assert.deepEqual(await roles(), ['viewer', 'viewer']);
    await identity.setUserRole('grace', 'responder');
    assert.deepEqual(await roles(), ['responder', 'responder']);
  });

  it('gives a token its maker’s role or less', async () => {
    const { identity } = await openWithUser();
    const { id } = await identity.createUser({ name: 'ada' });
    const create = async (role?: Role) =>
      (await identity.createToken({ userId: id, name: 'ci', ...(role && { role }) })).token.role;
    assert.equal(await create(), 'responder');
    assert.equal(await create('viewer'), 'viewer');
    await assert.rejects(create('admin'), isAppError('API_TOKEN_ROLE_TOO_HIGH'));
  });

  it('ends a token at its time', async () => {
    const { identity, clock } = await openWithUser();
    const { id } = await identity.getUserByName('grace');
    const request = { userId: id, name: 'ci', expiresAt: START + 60_000 };
    const { secret } = await identity.createToken(request);
    assert.ok((await identity.authenticate({ apiToken: secret })) !== undefined);
    clock.advance(60_000);
    assert.equal(await identity.authenticate({ apiToken: secret }), undefined);
    await assert.rejects(identity.createToken(request), isAppError('API_TOKEN_EXPIRY_INVALID'));
  });

  it('takes a session’s secret for no API token, and a wrong token is not saved by a session', async () => {
    const { identity, signIn } = await openWithUser();
    const { sessionToken } = await signIn();
    await identity.authenticate({ sessionToken });
    assert.equal(await identity.authenticate({ apiToken: sessionToken }), undefined);
    assert.equal(await identity.authenticate({ apiToken: 'nines_wrong', sessionToken }), undefined);
    assert.equal(await identity.authenticate({}), undefined);
  });

  it('accepts nothing of a disabled user, at once, and the tokens again when it is enabled', async () => {
    const { identity, signIn } = await openWithUser();
    const { user, sessionToken } = await signIn();
    const { secret } = await identity.createToken({ userId: user.id, name: 'ci' });
    await identity.authenticate({ sessionToken });
    await identity.authenticate({ apiToken: secret });
    await identity.createUser({ name: 'ada', role: 'admin' });
    await identity.setUserDisabled('grace', true);
    assert.equal(await identity.authenticate({ sessionToken }), undefined);
    assert.equal(await identity.authenticate({ apiToken: secret }), undefined);
    await assert.rejects(identity.createSignInLink('grace'), isAppError('USER_DISABLED'));
    await identity.setUserDisabled('grace', false);
    assert.equal(await identity.authenticate({ sessionToken }), undefined);
    assert.ok((await identity.authenticate({ apiToken: secret })) !== undefined);
  });

  it('changes a password for who knows the old one, and ends the other sessions', async () => {
    const { identity, signIn } = await openWithUser();
    const [mine, other] = [await signIn(), await signIn()];
    const principal = await identity.authenticate({ sessionToken: mine.sessionToken });
    assert.ok(principal !== undefined);
    const next = 'a new password of mine';
    const isRefused = isAppError('PASSWORD_WRONG');
    await assert.rejects(identity.changePassword({ principal, current: 'wrong', next }), isRefused);
    await assert.rejects(
      identity.changePassword({ principal, current: undefined, next }),
      isRefused,
    );
    await assert.rejects(
      identity.changePassword({ principal, current: PASSWORD, next: 'short' }),
      isAppError('PASSWORD_REFUSED'),
    );
    await identity.changePassword({ principal, current: PASSWORD, next });
    assert.ok((await identity.authenticate({ sessionToken: mine.sessionToken })) !== undefined);
    assert.equal(await identity.authenticate({ sessionToken: other.sessionToken }), undefined);
    await assert.rejects(signIn(), isWrong);
    await signIn(next);
  });

  it('resets a password: the old one holds no longer, and the link lets choose another', async () => {
    const { identity, signIn } = await openWithUser();
    const { sessionToken } = await signIn();
    const { token } = await identity.resetPassword('grace');
    assert.equal(await identity.authenticate({ sessionToken }), undefined);
    await assert.rejects(signIn(), isWrong);
    const entered = await identity.redeemLink({ token, client });
    const principal = await identity.authenticate({ sessionToken: entered.sessionToken });
    assert.ok(principal !== undefined);
    const next = 'a new password of mine';
    await identity.changePassword({ principal, current: undefined, next });
    await signIn(next);
  });

  it('creates users with names that are free and well formed', async () => {
    const { identity } = await openIdentity();
    const user = await identity.createUser({ name: 'Ada' });
    assert.deepEqual([user.name, user.displayName], ['ada', 'ada']);
    await assert.rejects(identity.createUser({ name: 'ADA' }), isAppError('USER_EXISTS'));
    await assert.rejects(identity.createUser({ name: 'a b' }), isAppError('USER_NAME_INVALID'));
    await assert.rejects(identity.getUserByName('bob'), isAppError('USER_NOT_FOUND'));
    const weak = identity.setPassword({ userName: 'ada', password: 'short' });
    await assert.rejects(weak, isAppError('PASSWORD_REFUSED'));
  });

  it('logs who came and who was refused, and no secret', async () => {
    const { identity, signIn, lines } = await openWithUser();
    const { user, sessionToken } = await signIn();
    await assert.rejects(signIn('wrong horse battery'), isWrong);
    const { secret } = await identity.createToken({ userId: user.id, name: 'ci' });
    const { token } = await identity.resetPassword('grace');
    const text = lines.join('');
    assert.match(text, /signed in user=grace address=192\.0\.2\.1 by=password/);
    assert.match(text, /sign-in refused user=grace/);
    assert.match(text, /API token created/);
    for (const hidden of [sessionToken, secret, token, PASSWORD, 'wrong horse', '$argon2id']) {
      assert.equal(text.includes(hidden), false);
    }
  });
});
