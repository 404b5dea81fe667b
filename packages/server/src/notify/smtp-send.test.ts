import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createManualClock, createSystemClock } from '../platform/index.ts';
import type { Smtp } from './email-model.ts';
import { formatEmail } from './email-text.ts';
import { SMTP_TIMEOUT_MS } from './limits.ts';
import { createMailSender, type MailResult, type OutgoingMail } from './smtp-send.ts';
import { createSampleMessage, FIRED_AT } from './testing.ts';

const closing: (() => void)[] = [];
after(() => closing.forEach((close) => close()));

const dir = mkdtempSync(join(tmpdir(), 'nines-smtp-'));
closing.push(() => rmSync(dir, { recursive: true }));
const CERTIFICATE = join(dir, 'cert.pem');

/** A certificate that nobody signed, where this machine can make one. */
function makeCertificate(): { key: string; cert: string } | undefined {
  const key = join(dir, 'key.pem');
  const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const subject = ['-subj', '/CN=mail', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const args = [...how.split(' '), ...subject, '-keyout', key, '-out', CERTIFICATE];
  if (spawnSync('openssl', args).status !== 0) return undefined;
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(CERTIFICATE, 'utf8') };
}
const certificate = makeCertificate();

interface Mailbox {
  readonly port: number;
  readonly mails: { readonly to: readonly string[]; readonly text: string; isSecure: boolean }[];
}

/** A real server that keeps what it takes. */
async function serve(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: Mailbox['mails'][number][] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // Its built-in key is for tests only, and it would say so on stderr.
    ...certificate,
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text, isSecure: session.secure });
        done();
      });
    },
    ...options,
  });
  closing.push(() => server.close());
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { port: address.port, mails };
}

const PLAIN: Omit<Smtp, 'port'> = {
  host: '127.0.0.1',
  isTlsFromStart: false,
  requiresTls: false,
  from: { name: 'Nines Ünïcode', address: 'nines@example.com' },
  hello: 'localhost',
  auth: undefined,
  caFile: undefined,
  isCheckSkipped: false,
};

async function send(
  port: number,
  options: {
    readonly smtp?: Partial<Smtp>;
    readonly login?: OutgoingMail['login'];
    readonly to?: readonly string[];
    readonly summary?: string;
  } = {},
): Promise<MailResult> {
  const sendMail = createMailSender({ clock: createSystemClock() });
  return sendMail(createMail(port, options), new AbortController().signal);
}

function createMail(port: number, options: Parameters<typeof send>[1] = {}): OutgoingMail {
  const { summary } = options;
  const message = createSampleMessage(summary === undefined ? {} : { about: { summary } });
  const context = {
    channel: 'email/oncall',
    externalUrl: 'https://n.example',
    domain: 'a.example',
  };
  return {
    smtp: { ...PLAIN, port, ...options.smtp },
    login: options.login,
    to: options.to ?? ['mina@example.com'],
    content: formatEmail(message, context),
  };
}

/** The one reply of a refusal. */
function readRefusal(result: MailResult) {
  assert.ok(result.state === 'refused', JSON.stringify(result));
  const [{ status, text, command, recipient }] = result.replies;
  return { status, text, command, recipient };
}

describe('a mail', () => {
  it('arrives with its headers, in two forms', async () => {
    const { port, mails } = await serve();
    const result = await send(port, { to: ['mina@example.com', 'jon@example.com'] });
    assert.ok(result.state === 'accepted');
    assert.match(result.text, /^250 /);
    assert.deepEqual(mails[0].to, ['mina@example.com', 'jon@example.com']);
    const head = mails[0].text.slice(0, mails[0].text.indexOf('\r\n\r\n'));
    for (const line of [
      /^From: =\?UTF-8\?Q\?Nines_=C3=9Cn=C3=AFcode\?= <nines@example.com>$/im,
      /^To: mina@example.com, jon@example.com$/m,
      /^Subject: \[PAGE\] Checkout: 3.1 % of orders fail$/m,
      /^Message-ID: <pg_1@a.example>$/m,
      /^In-Reply-To: <al_1@a.example>$/m,
      /^References: <al_1@a.example>$/m,
      /^Auto-Submitted: auto-generated$/m,
      /^X-Priority: 1 \(Highest\)$/m,
      /^Content-Type: multipart\/alternative;/m,
    ]) {
      assert.match(head.replaceAll('\r', ''), line);
    }
    assert.match(mails[0].text, /Content-Type: text\/plain; charset=utf-8[^]*text\/html/);
  });

  it('is dated by the clock', async () => {
    const { port, mails } = await serve();
    const clock = { ...createSystemClock(), now: () => FIRED_AT };
    await createMailSender({ clock })(createMail(port), new AbortController().signal);
    assert.match(mails[0].text, /^Date: Fri, 02 Jan 2026 03:04:05 \+0000\r$/m);
  });

  it('lets no text break out of a header or end the mail', async () => {
    const { port, mails } = await serve();
    const summary = 'a\r\nBcc: evil@example.com\r\n\r\n.\r\nMAIL FROM:<x@y> 한글 😀';
    assert.equal((await send(port, { summary })).state, 'accepted');
    assert.equal(mails.length, 1);
    assert.deepEqual(mails[0].to, ['mina@example.com']);
    const head = mails[0].text.slice(0, mails[0].text.indexOf('\r\n\r\n'));
    assert.doesNotMatch(head, /^(Bcc|MAIL)/im);
  });

  it('names who was refused while others were not', async () => {
    const { port } = await serve({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('jon') ? createRefusal(550, 'no such user') : null),
    });
    const result = await send(port, { to: ['mina@example.com', 'jon@example.com'] });
    assert.ok(result.state === 'accepted');
    assert.deepEqual(
      result.refused.map(({ status, recipient }) => [status, recipient]),
      [[550, 'jon@example.com']],
    );
  });

  it('is refused in the server’s words: the recipient, the mail, for now', async () => {
    const nobody = await serve({
      onRcptTo: (_address, _session, done) => done(createRefusal(550, 'no such user')),
    });
    assert.deepEqual(readRefusal(await send(nobody.port)), {
      status: 550,
      text: '550 no such user',
      command: 'RCPT TO',
      recipient: 'mina@example.com',
    });
    const busy = await serve({
      onMailFrom: (_address, _session, done) => done(createRefusal(451, 'greylisted')),
    });
    assert.equal(readRefusal(await send(busy.port)).text, '451 greylisted');
    const spam = await serve({
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => done(createRefusal(554, 'spam')));
      },
    });
    assert.equal(readRefusal(await send(spam.port)).text, '554 spam');
  });
});

function createRefusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

describe('a login', () => {
  const options: SMTPServerOptions = {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const isRight = username === 'nines' && password === 'ünsafe';
      if (isRight) done(null, { user: 'nines' });
      else done(new Error('no such user, or another password'));
    },
  };
  it('lets the mail through, and a wrong one does not', async () => {
    const { port, mails } = await serve(options);
    const right = await send(port, { login: { user: 'nines', pass: 'ünsafe' } });
    assert.equal(right.state, 'accepted');
    const wrong = readRefusal(await send(port, { login: { user: 'nines', pass: 'x' } }));
    assert.equal(wrong.status, 535);
    assert.match(wrong.command, /^AUTH/);
    assert.equal(readRefusal(await send(port)).status, 530);
    assert.equal(mails.length, 1);
  });
});

describe('encryption', { skip: certificate === undefined ? 'no openssl' : false }, () => {
  const secure = { disabledCommands: [] };
  const trusting = { requiresTls: true, caFile: CERTIFICATE };

  it('begins with STARTTLS, for a certificate that is trusted', async () => {
    const { port, mails } = await serve(secure);
    assert.equal((await send(port, { smtp: trusting })).state, 'accepted');
    assert.equal(mails[0].isSecure, true);
    const unknown = await send(port, { smtp: { requiresTls: true } });
    assert.ok(unknown.state === 'lost', JSON.stringify(unknown));
    assert.equal(unknown.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    const any = { requiresTls: true, isCheckSkipped: true };
    assert.equal((await send(port, { smtp: any })).state, 'accepted');
    assert.equal(mails.length, 2);
  });

  it('begins at once where the port is for that', async () => {
    const { port, mails } = await serve({ ...secure, secure: true });
    const result = await send(port, { smtp: { ...trusting, isTlsFromStart: true } });
    assert.equal(result.state, 'accepted');
    assert.equal(mails[0].isSecure, true);
  });

  it('is not given up where it is wanted, and had where it need not be', async () => {
    const plain = await serve();
    const refusal = readRefusal(await send(plain.port, { smtp: { requiresTls: true } }));
    assert.equal(refusal.command, 'STARTTLS');
    assert.equal(plain.mails.length, 0);
    const offered = await serve(secure);
    assert.equal((await send(offered.port)).state, 'accepted');
    assert.equal(offered.mails[0].isSecure, true);
  });

  it('says so when the file of the authority is away', async () => {
    const { port } = await serve(secure);
    const result = await send(port, { smtp: { requiresTls: true, caFile: join(dir, 'none') } });
    assert.ok(result.state === 'lost');
    assert.equal(result.code, 'ENOENT');
  });
});

describe('a connection', () => {
  /** A server that talks as it is told, line by line, and hangs when it has nothing more to say. */
  async function serveLines(lines: readonly string[], onSilence?: (socket: Socket) => void) {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      const left = [...lines];
      const say = (): void => {
        const line = left.shift();
        if (line === undefined) onSilence?.(socket);
        else socket.write(`${line}\r\n`);
      };
      socket.on('error', () => {});
      socket.on('data', say);
      say();
    });
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    return address.port;
  }
  const TALK = ['220 here', '250 hello', '250 sender', '250 recipient', '354 go on'];

  it('that nobody takes says why', async () => {
    const port = await serveLines([]);
    closing.pop()?.();
    const result = await send(port);
    assert.ok(result.state === 'lost');
    assert.deepEqual([result.code, result.isAllSent], ['ECONNREFUSED', false]);
  });

  it('that breaks off after the mail may have delivered it, and before it may not', async () => {
    const early = await serveLines(TALK.slice(0, 3), (socket) => socket.destroy());
    const before = await send(early);
    assert.ok(before.state === 'lost');
    assert.equal(before.isAllSent, false);
    const late = await serveLines(TALK, (socket) => socket.destroy());
    const afterwards = await send(late);
    assert.ok(afterwards.state === 'lost');
    assert.equal(afterwards.isAllSent, true);
  });

  it('that hangs is given up in time, and at once when Nines stops', async () => {
    const { promise: isSilent, resolve } = Promise.withResolvers<Socket>();
    const port = await serveLines(TALK.slice(0, 2), resolve);
    const clock = createManualClock(FIRED_AT);
    const slow = createMailSender({ clock })(createMail(port), new AbortController().signal);
    await isSilent;
    clock.advance(SMTP_TIMEOUT_MS);
    const result = await slow;
    assert.ok(result.state === 'lost');
    assert.equal(result.isAllSent, false);
    assert.equal(result.text, 'it was not done within 30 s');
    const stopped = await createMailSender({ clock })(createMail(port), AbortSignal.abort());
    assert.equal(stopped.state, 'lost');
  });

  it('to something that is no mail server is refused, not waited for', async () => {
    const port = await serveLines(['HTTP/1.1 400 Bad Request']);
    const result = await send(port);
    assert.ok(result.state === 'lost', JSON.stringify(result));
  });
});
