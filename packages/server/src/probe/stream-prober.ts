/** Talks with a server over TCP or a Unix socket, line by line. */
import { connect as connectTcp, type Socket } from 'node:net';
import { invalid, unavailable } from '../platform/index.ts';
import { expandTemplate, type RE2JS } from '../series/index.ts';
import { chooseAddress, connected, openSocket, splitHostPort } from './connect.ts';
import { noteFirstBytes } from './http-checks.ts';
import { LINE_BYTES_MAX } from './limits.ts';
import type { QueryResponse, StreamModule } from './module.ts';
import type { ProbeNeeds } from './prober.ts';
import type { ProbeRun } from './run.ts';
import { noteCertificates, openTls } from './tls.ts';

export async function probeTcp(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  const { tcp } = needs.module;
  const to = splitHostPort(needs.target);
  if (to === undefined) {
    throw invalid('PROBE_TARGET_INVALID', `"${needs.target}" is not HOST:PORT`);
  }
  const host = needs.hostname ?? to.host;
  const { address } = await chooseAddress(run, to.host, tcp);
  const socket = await openSocket(run, { ...tcp, address, port: to.port });
  return converse(run, { needs, stream: tcp, socket, host });
}

/** A file of this machine, so it is only for those who allow private addresses. */
export async function probeUnix(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  if (!run.allowsPrivate) {
    return run.fail('a Unix socket is of this machine; set allow_private: true if it is meant');
  }
  const socket = connectTcp({ path: needs.target });
  await connected(run, socket, 'connect');
  return converse(run, { needs, stream: needs.module.unix, socket, host: '' });
}

interface Conversation {
  readonly needs: ProbeNeeds;
  readonly stream: StreamModule;
  readonly socket: Socket;
  /** Whom the certificate must name. */
  readonly host: string;
}

async function converse(run: ProbeRun, conversation: Conversation): Promise<boolean> {
  const { stream, socket } = conversation;
  const stop = (): void => void socket.destroy(new Error('the time of the probe is up'));
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    let line = new LineSocket(run, stream.tls ? await secure(run, conversation, socket) : socket);
    run.set('probe_failed_due_to_regex', 0);
    run.set('probe_failed_due_to_bytes', 0);
    for (const step of stream.queryResponse) {
      if (!(await takeStep(run, line, step))) return false;
      if (step.startTls) {
        line = new LineSocket(run, await secure(run, conversation, line.release()));
      }
    }
    return true;
  } finally {
    run.signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function secure(run: ProbeRun, { needs, stream, host }: Conversation, socket: Socket) {
  const settings = await needs.readTls(stream.tlsConfig);
  const encrypted = await openTls(run, { socket, settings, host });
  noteCertificates(run, encrypted, false);
  return encrypted;
}

async function takeStep(run: ProbeRun, line: LineSocket, step: QueryResponse): Promise<boolean> {
  let send = Buffer.from(step.send);
  if (step.expect !== undefined) {
    const match = await findLine(run, line, step.expect);
    if (match === undefined) {
      run.set('probe_failed_due_to_regex', 1);
      return run.fail(`no line matches ${step.expect.pattern()}`);
    }
    send = Buffer.from(expandTemplate(send.toString('utf8'), match));
    const labels = step.labels.map(
      ([name, value]) => [name, expandTemplate(value, match)] as const,
    );
    if (labels.length > 0) run.set('probe_expect_info', 1, labels);
  }
  if (step.expectBytes.length > 0 && !(await expectBytes(run, line, step.expectBytes)))
    return false;
  if (send.length > 0) {
    run.say(`send: ${send.toString('utf8')}`);
    line.write(Buffer.concat([send, Buffer.from('\n')]));
  }
  return true;
}

type Match = Parameters<typeof expandTemplate>[1];

async function findLine(
  run: ProbeRun,
  line: LineSocket,
  expect: RE2JS,
): Promise<Match | undefined> {
  for (;;) {
    const text = await line.readLine();
    if (text === undefined) return undefined;
    run.say(`line: ${text}`);
    const matcher = expect.matcher(text);
    if (!matcher.find()) continue;
    const groups: string[] = [];
    for (let i = 0; i <= expect.groupCount(); i++) groups.push(matcher.group(i) ?? '');
    return { groups, names: new Map(Object.entries(expect.namedGroups())) };
  }
}

async function expectBytes(run: ProbeRun, line: LineSocket, want: Uint8Array): Promise<boolean> {
  const got = await line.readBytes(want.length);
  if (got.length < want.length) {
    return run.fail(`${got.length} bytes came where ${want.length} were expected`);
  }
  if (got.equals(want)) return true;
  run.set('probe_failed_due_to_bytes', 1);
  return run.fail(
    `expected bytes ${Buffer.from(want).toString('hex')}, got ${got.toString('hex')}`,
  );
}

/** Lines and bytes of a connection as they are asked for; what nobody asks for is not read. */
class LineSocket {
  readonly #run: ProbeRun;
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  #isEnded = false;
  #error: Error | undefined;
  #wake: () => void = () => {};
  readonly #onData = (chunk: Buffer): void => {
    noteFirstBytes(this.#run, chunk);
    this.#pending = Buffer.concat([this.#pending, chunk]);
    if (this.#pending.length > LINE_BYTES_MAX) this.#socket.pause();
    this.#wake();
  };
  readonly #onEnd = (): void => {
    this.#isEnded = true;
    this.#wake();
  };
  readonly #onError = (error: Error): void => {
    this.#error = error;
    this.#wake();
  };

  constructor(run: ProbeRun, socket: Socket) {
    this.#run = run;
    this.#socket = socket;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd);
    socket.on('error', this.#onError);
  }

  /** The next line without its end; what comes before the connection's end counts as one. */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const at = this.#pending.indexOf(0x0a);
      if (at >= 0) return this.#take(at, 1).toString('utf8').replace(/\r$/, '');
      if (this.#pending.length > LINE_BYTES_MAX) {
        throw unavailable('PROBE_LINE_TOO_LONG', `a line is longer than ${LINE_BYTES_MAX} bytes`);
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isEnded) {
        const { length } = this.#pending;
        return length === 0 ? undefined : this.#take(length, 0).toString('utf8');
      }
      await this.#more();
    }
  }

  /** As many as are wanted, or fewer where the connection ends. */
  async readBytes(count: number): Promise<Buffer> {
    while (this.#pending.length < count && !this.#isEnded) {
      if (this.#error !== undefined) throw this.#error;
      await this.#more();
    }
    return this.#take(Math.min(count, this.#pending.length), 0);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Gives the connection to somebody else; what was read and not asked for is lost. */
  release(): Socket {
    this.#socket.pause();
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    this.#socket.off('error', this.#onError);
    return this.#socket;
  }

  #take(count: number, skip: number): Buffer {
    const bytes = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count + skip);
    return bytes;
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#socket.resume();
    await promise;
  }
}
