/**
 * Sends one echo request by the system's `ping`, which may open the socket that this process must
 * not (it has the capability, or the kernel's `ping_group_range` does).
 */
import { spawn } from 'node:child_process';
import { invalid, systemErrorCode, unavailable } from '../platform/index.ts';
import { chooseAddress } from './connect.ts';
import { PING_OUTPUT_CHARS_MAX } from './limits.ts';
import type { IcmpModule } from './module.ts';
import type { ProbeNeeds } from './prober.ts';
import type { ProbeRun } from './run.ts';

const DURATION = 'probe_icmp_duration_seconds';

export async function probeIcmp(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  const { icmp } = needs.module;
  for (const phase of ['resolve', 'setup', 'rtt']) run.addPhase(DURATION, phase, 0);
  const { address, lookupMs } = await chooseAddress(run, needs.target, icmp);
  run.addPhase(DURATION, 'resolve', lookupMs);
  const startedMs = run.clock.monotonicMs();
  const said = await ping(run, listArguments(icmp, address, needs.timeoutMs));
  const tookMs = run.clock.monotonicMs() - startedMs;
  const reply = parseReply(said);
  if (reply === undefined) return run.fail(describeFailure(said, address));
  run.addPhase(DURATION, 'setup', Math.max(0, tookMs - reply.roundTripMs));
  run.addPhase(DURATION, 'rtt', reply.roundTripMs);
  run.set('probe_icmp_reply_hop_limit', reply.hopLimit);
  run.evidence.answer = `reply after ${reply.roundTripMs} ms`;
  return true;
}

/** The address is judged and numeric, so it cannot be taken for an option. */
function listArguments(icmp: IcmpModule, address: string, timeoutMs: number): readonly string[] {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const args = ['-n', '-c', '1', '-W', String(seconds), '-t', String(Math.max(1, icmp.ttl))];
  if (icmp.payloadBytes > 0) args.push('-s', String(icmp.payloadBytes));
  if (icmp.isFragmentRefused) args.push('-M', 'do');
  if (icmp.sourceAddress !== '') args.push('-I', icmp.sourceAddress);
  return [...args, '--', address];
}

async function ping(run: ProbeRun, args: readonly string[]): Promise<string> {
  if (args.some((text) => text.includes('\0'))) {
    throw invalid('PROBE_TARGET_INVALID', 'an argument of ping holds a zero byte');
  }
  const child = spawn('ping', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    signal: run.signal,
  });
  let said = '';
  const keep = (chunk: Buffer): void => {
    if (said.length < PING_OUTPUT_CHARS_MAX) said += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once('error', (cause) => {
    const isMissing = systemErrorCode(cause) === 'ENOENT';
    const why = 'there is no program "ping" on this machine; install iputils-ping';
    reject(isMissing ? unavailable('PROBE_NO_PING', why, { cause }) : cause);
  });
  child.once('close', () => resolve(said));
  return promise;
}

/** The line of iputils, BusyBox and BSD: `64 bytes from …: icmp_seq=1 ttl=64 time=0.035 ms`. */
export function parseReply(
  said: string,
): { readonly roundTripMs: number; readonly hopLimit: number } | undefined {
  const match = /\b(?:ttl|hlim)=(\d{1,3})\s+time[=<](\d{1,9}(?:\.\d{1,6})?)\s*ms/i.exec(said);
  return match === null ? undefined : { hopLimit: Number(match[1]), roundTripMs: Number(match[2]) };
}

function describeFailure(said: string, address: string): string {
  const line = /^(?:ping: .*|From .*)$/m.exec(said)?.[0];
  return line === undefined ? `no reply from ${address}` : line;
}
