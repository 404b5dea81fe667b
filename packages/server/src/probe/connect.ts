/**
 * From a target's name to a connection, with every address judged on the way: as it is written, as
 * the look-up answers it, and once more as the peer that we are connected to.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { findAddressRefusal, forbidden, unavailable } from '../platform/index.ts';
import type { AddressChoice } from './module.ts';
import type { ProbeRun } from './run.ts';

export interface FoundAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly lookupMs: number;
}

/** Finds the address of a host by the module's choice, and notes it in the metrics. */
export async function chooseAddress(
  run: ProbeRun,
  host: string,
  choice: AddressChoice,
): Promise<FoundAddress> {
  const startedMs = run.clock.monotonicMs();
  const note = (family: number, hash: number): number => {
    const lookupMs = run.clock.monotonicMs() - startedMs;
    run.set('probe_ip_protocol', family);
    run.set('probe_dns_lookup_time_seconds', lookupMs / 1000);
    run.set('probe_ip_addr_hash', hash);
    return lookupMs;
  };
  try {
    const chosen = await findAddress(run, host, choice);
    const lookupMs = note(chosen.family, hashAddress(chosen.address));
    assertAllowed(run, chosen.address);
    run.evidence.address = chosen.address;
    run.say(`${host} is at ${chosen.address}`);
    return { ...chosen, lookupMs };
  } catch (error) {
    if (run.evidence.address === undefined) note(0, 0);
    throw error;
  }
}

async function findAddress(
  run: ProbeRun,
  host: string,
  { preferred, fallsBack }: AddressChoice,
): Promise<{ readonly address: string; readonly family: 4 | 6 }> {
  const wanted = preferred === 'ip4' ? 4 : 6;
  const found = await abortable(lookUp(host), run.signal);
  const other = fallsBack ? found.at(-1) : undefined;
  const chosen = found.find(({ family }) => family === wanted) ?? other;
  if (chosen === undefined) {
    throw unavailable('PROBE_NO_ADDRESS', `"${host}" has no address of IPv${wanted}`);
  }
  return { address: chosen.address, family: chosen.family === 6 ? 6 : 4 };
}

async function lookUp(host: string): Promise<readonly { address: string; family: number }[]> {
  const literal = isIP(host);
  if (literal !== 0) return [{ address: host, family: literal }];
  try {
    return await lookup(host, { all: true, order: 'verbatim' });
  } catch (cause) {
    throw unavailable('PROBE_NO_ADDRESS', `cannot look up "${host}"`, { cause });
  }
}

function assertAllowed(run: ProbeRun, address: string): void {
  const refusal = findAddressRefusal(address, run);
  if (refusal !== undefined) throw forbidden('PROBE_ADDRESS_REFUSED', refusal);
}

/** FNV-1a over the bytes of the address. */
function hashAddress(address: string): number {
  let hash = 0x811c9dc5;
  for (const byte of addressBytes(address)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

function addressBytes(address: string): readonly number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const canonical = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1);
  const [head, tail] = canonical.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** Opens a TCP connection to an address that was chosen; the caller destroys it. */
export async function openSocket(
  run: ProbeRun,
  to: { readonly address: string; readonly port: number; readonly sourceAddress?: string },
): Promise<Socket> {
  const { address, port, sourceAddress = '' } = to;
  const local = sourceAddress === '' ? {} : { localAddress: sourceAddress };
  const socket = connectTcp({ host: address, port, autoSelectFamily: false, ...local });
  try {
    await connected(run, socket, 'connect');
    assertAllowed(run, socket.remoteAddress ?? '');
    run.say(`connected to ${address} port ${port}`);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Waits for a socket's event; its errors and the end of the probe's time throw. */
export async function connected(
  run: ProbeRun,
  socket: Socket,
  event: 'connect' | 'secureConnect',
): Promise<void> {
  // Without a listener, an error that comes later would end the process.
  socket.on('error', () => {});
  await once(socket, event, { signal: run.signal });
}

/** Fails when the probe's time is up. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The host and port of `host:port` or `[address]:port`; undefined: it is neither. */
export function splitHostPort(
  target: string,
): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(target);
  const port = Number(match?.[3] ?? Number.NaN);
  return port <= 65_535 ? { host: match?.[1] ?? match?.[2] ?? '', port } : undefined;
}
