/** A mail server that keeps what it takes: the fake mailbox of the smoke tests. */
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  /** Header lines, unfolded, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Everything, without the line breaks that quoted-printable adds. */
  readonly text: string;
}

export interface FakeMailServer {
  /** HOST:PORT. */
  readonly address: string;
  readonly received: readonly ReceivedMail[];
  /** Waits for the first mail that a test is looking for, past ones included. */
  waitFor(isWanted: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  stop(): Promise<void>;
}

const WAIT_TIMEOUT_MS = 30_000;

/** Starts a server on a free port that wants this login. */
export async function startMailServer(login: {
  readonly user: string;
  readonly password: string;
}): Promise<FakeMailServer> {
  const received: ReceivedMail[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === login.user && password === login.password) done(null, { user: username });
      else done(new Error('Invalid username or password'));
    },
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const whole = text.replaceAll('=\r\n', '');
        received.push({ to, headers: readHeaders(text), text: whole });
        done();
        for (const look of waiting) look();
      });
    },
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    const address = server.server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
  return {
    address: `127.0.0.1:${await promise}`,
    received,
    async waitFor(isWanted, timeoutMs = WAIT_TIMEOUT_MS) {
      const found = Promise.withResolvers<ReceivedMail>();
      const look = (): void => {
        const mail = received.find(isWanted);
        if (mail !== undefined) found.resolve(mail);
      };
      const fail = (): void =>
        found.reject(new Error(`no such mail came; ${received.length} others did`));
      const timer = setTimeout(fail, timeoutMs);
      waiting.add(look);
      look();
      return found.promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function readHeaders(text: string): Readonly<Record<string, string>> {
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  const pairs = head.split('\r\n').map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return Object.fromEntries(pairs);
}
