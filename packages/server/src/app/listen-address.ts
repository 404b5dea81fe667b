/** Where a server listens. */
import { createServer } from 'node:net';
import {
  type AppError,
  errorMessage,
  invalid,
  systemErrorCode,
  unavailable,
} from '../platform/index.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[::1]:PORT` or `:PORT`, which is every address of the machine. */
export function parseAddress(text: string, example: string): Address {
  const match = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.port ?? Number.NaN);
  if (!(port <= 65_535)) {
    throw invalid(
      'LISTEN_INVALID',
      `cannot listen on "${text}"; want HOST:PORT, such as ${example}`,
    );
  }
  return { host: (match?.groups?.host ?? '').replace(/^\[|\]$/g, '') || '0.0.0.0', port };
}

/** A host as URLs have it; of every address of the machine, its own. */
export function formatHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Port 0 asks for a free one. It is found before anything is built, because links name it; that
 * another program takes it in between is possible, and ends the start with a clear error.
 */
export async function resolveAddress(
  { host, port }: Address,
  option = '--listen',
): Promise<Address> {
  if (port !== 0) return { host, port };
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  probe.once('error', (cause) => reject(cannotListen({ host, port }, cause, option)));
  probe.listen(0, host, () => {
    const found = probe.address();
    probe.close(() => resolve(typeof found === 'object' && found !== null ? found.port : 0));
  });
  return { host, port: await promise };
}

/** Says why listening failed, and by which option to choose another address. */
export function cannotListen(
  { host, port }: Address,
  cause: unknown,
  option = '--listen',
): AppError {
  const why = systemErrorCode(cause) ?? errorMessage(cause);
  const message = `cannot listen on ${host}:${port}: ${why}; choose another with ${option}`;
  return unavailable('LISTEN_FAILED', message, { cause });
}
