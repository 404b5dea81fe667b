import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverByEmail, judgeMail } from './email.ts';
import type { Smtp } from './email-model.ts';
import type { MailResult, OutgoingMail, SmtpReply } from './smtp-send.ts';
import { createSampleMessage } from './testing.ts';

const smtp: Smtp = {
  host: 'smtp.example.com',
  port: 587,
  isTlsFromStart: false,
  requiresTls: true,
  from: { name: 'Nines', address: 'nines@example.com' },
  hello: 'localhost',
  auth: { username: 'nines', password: 'hunter22', passwordFile: undefined },
  caFile: undefined,
  isCheckSkipped: false,
};
const TO = ['mina@example.com', 'jon@example.com'];
const reply = (status: number, text: string, more: Partial<SmtpReply> = {}): SmtpReply => ({
  status,
  text: `${status} ${text}`,
  recipient: undefined,
  command: 'DATA',
  ...more,
});

describe('judgeMail', () => {
  const judge = (result: MailResult, isStopped = false) =>
    judgeMail(result, { smtp, to: TO, isStopped });
  const refused = (...replies: SmtpReply[]) => judge({ state: 'refused', replies });
  const lost = (code: string | undefined, text = 'bad', isAllSent = false) =>
    judge({ state: 'lost', code, text, isAllSent });

  it('is delivered when the server has taken it, and names who was refused', () => {
    assert.deepEqual(judge({ state: 'accepted', text: '250 2.0.0 Ok: queued as 1', refused: [] }), {
      state: 'delivered',
      reason: 'to 2 addresses: 250 2.0.0 Ok: queued as 1',
    });
    const one = reply(550, 'no such user', { recipient: 'jon@example.com', command: 'RCPT TO' });
    assert.equal(
      judge({ state: 'accepted', text: '250 Ok', refused: [one] }).reason,
      'to 1 address: 250 Ok; jon@example.com was refused: 550 no such user',
    );
  });

  it('fails for good on 5xx, in the server’s words', () => {
    assert.deepEqual(refused(reply(554, '5.7.1 we think it is spam')), {
      state: 'failed',
      reason: 'mail server smtp.example.com:587 refused it: 554 5.7.1 we think it is spam',
    });
    const text = 'no\r\n550-5.1.1 such\r\n550 5.1.1 user';
    const rcpt = reply(550, text, { recipient: 'jon@example.com', command: 'RCPT TO' });
    assert.match(refused(rcpt).reason, /refused jon@example.com: 550 no 5.1.1 such 5.1.1 user$/);
  });

  it('tries again on 4xx, also when only one of the recipients may be taken later', () => {
    const outcome = refused(
      reply(550, 'no such user', { recipient: 'a@b' }),
      reply(451, 'greylisted', { recipient: 'c@d' }),
    );
    assert.ok(outcome.state === 'retry');
    assert.match(outcome.reason, /refused c@d: 451 greylisted/);
    assert.equal(outcome.mayHaveArrived, false);
  });

  it('says what to do about a login and about encryption', () => {
    const login = refused(reply(535, 'authentication failed', { command: 'AUTH PLAIN' }));
    assert.equal(login.state, 'failed');
    assert.match(login.reason, /the login of "nines": 535 .*; see auth_username and auth_password/);
    const plain = refused(reply(502, 'what?', { command: 'STARTTLS' }));
    assert.match(plain.reason, /offers no STARTTLS: 502 what\?; .* smtp.require_tls: false/);
    assert.match(
      lost('DEPTH_ZERO_SELF_SIGNED_CERT').reason,
      /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\); .*ca_file/,
    );
  });

  it('tries again when nothing was heard, and knows whether it may have arrived', () => {
    const check = (outcome: ReturnType<typeof judge>, want: RegExp, mayHaveArrived: boolean) => {
      assert.ok(outcome.state === 'retry');
      assert.match(outcome.reason, want);
      assert.equal(outcome.mayHaveArrived, mayHaveArrived);
    };
    check(lost('ECONNREFUSED'), /:587: nothing listens at its address \(ECONNREFUSED\)/, false);
    check(lost('ETIMEDOUT', 'Timeout', true), /:587: Timeout \(ETIMEDOUT\)/, true);
    check(lost(undefined, 'the connection was closed'), /: the connection was closed/, false);
    const stopped = judge({ state: 'lost', code: undefined, text: 'x', isAllSent: true }, true);
    check(stopped, /^Nines was stopped meanwhile$/, true);
  });
});

describe('deliverByEmail', () => {
  const list = { name: 'oncall', to: TO };
  const deliver = async (options: {
    readonly result?: MailResult;
    readonly auth?: Smtp['auth'];
    readonly readSecret?: (file: string) => Promise<string>;
  }) => {
    const mails: OutgoingMail[] = [];
    const outcome = await deliverByEmail(list, createSampleMessage(), {
      smtp: { ...smtp, auth: 'auth' in options ? options.auth : smtp.auth },
      sendMail: async (mail) => {
        mails.push(mail);
        return options.result ?? { state: 'accepted', text: '250 Ok', refused: [] };
      },
      readSecret: options.readSecret ?? (async (file) => `key of ${file}`),
      externalUrl: 'https://nines.example',
      signal: new AbortController().signal,
    });
    return { outcome, mails };
  };
  const fromFile = { username: 'nines', password: undefined, passwordFile: '/keys/smtp' };

  it('reads the password each time, and logs in with nothing where there is none', async () => {
    const { mails } = await deliver({ auth: fromFile });
    assert.deepEqual(mails[0].login, { user: 'nines', pass: 'key of /keys/smtp' });
    assert.equal((await deliver({ auth: undefined })).mails[0].login, undefined);
  });

  it('sends nothing while the password cannot be read', async () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    const { outcome, mails } = await deliver({
      auth: fromFile,
      readSecret: async () => Promise.reject(error),
    });
    assert.equal(mails.length, 0);
    assert.equal(outcome.state, 'retry');
    assert.equal(outcome.reason, 'smtp.auth_password_file cannot be read (ENOENT)');
  });

  it('puts no password on record, however the server repeats it', async () => {
    const plain = Buffer.from('\0nines\0hunter22').toString('base64');
    const login = Buffer.from('hunter22').toString('base64');
    const text = `bad hunter22 ${login} ${plain}`;
    const { outcome } = await deliver({
      result: { state: 'refused', replies: [reply(535, text, { command: 'AUTH PLAIN' })] },
    });
    assert.match(outcome.reason, /535 bad <hidden> <hidden> <hidden>/);
  });
});
