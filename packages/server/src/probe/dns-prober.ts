/** Asks a name server, and judges what it answers. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { errorMessage, unavailable } from '../platform/index.ts';
import { compileSearching } from '../series/index.ts';
import { abortable, chooseAddress, openSocket, splitHostPort } from './connect.ts';
import { type DnsAnswer, type DnsRecord, encodeQuestion, parseAnswer } from './dns-message.ts';
import { DNS_CLASSES, DNS_RCODES, DNS_TYPES, findName } from './dns-names.ts';
import type { DnsModule, RecordChecks } from './module.ts';
import type { ProbeNeeds } from './prober.ts';
import type { ProbeRun } from './run.ts';
import { openTls } from './tls.ts';

const DURATION = 'probe_dns_duration_seconds';

export async function probeDns(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  const { dns } = needs.module;
  for (const phase of ['resolve', 'connect', 'request']) run.addPhase(DURATION, phase, 0);
  for (const name of ['answer_rrs', 'authority_rrs', 'additional_rrs', 'query_succeeded']) {
    run.set(`probe_dns_${name}`, 0);
  }
  if (dns.transport !== 'udp' && dns.transport !== 'tcp') {
    return run.fail(`transport_protocol is "${dns.transport}", want udp or tcp`);
  }
  if (dns.isOverTls && dns.transport !== 'tcp') {
    return run.fail('dns_over_tls needs transport_protocol: tcp');
  }
  const port = dns.isOverTls ? 853 : 53;
  const to = splitHostPort(needs.target) ?? { host: needs.target, port };
  const { address, family, lookupMs } = await chooseAddress(run, to.host, dns);
  run.addPhase(DURATION, 'resolve', lookupMs);
  const type = DNS_TYPES.get(dns.queryType === '' ? 'ANY' : dns.queryType) ?? 255;
  const answer = await ask(run, { needs, ...to, address, family, type });
  return judge(run, { dns, answer, type });
}

interface Asking {
  readonly needs: ProbeNeeds;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family: 4 | 6;
  readonly type: number;
}

async function ask(run: ProbeRun, asking: Asking): Promise<DnsAnswer> {
  const { dns } = asking.needs.module;
  const id = randomInt(65_536);
  const question = encodeQuestion({
    id,
    name: dns.queryName,
    type: asking.type,
    class: DNS_CLASSES.get(dns.queryClass === '' ? 'IN' : dns.queryClass) ?? 1,
    isRecursionDesired: dns.isRecursionDesired,
  });
  run.say(`ask ${asking.address} port ${asking.port} over ${dns.transport} for ${dns.queryName}`);
  const exchange = dns.transport === 'udp' ? askUdp : askTcp;
  const bytes = await exchange(run, asking, question);
  const answer = parseAnswer(bytes);
  if (answer.id === id) return answer;
  throw unavailable('PROBE_DNS_MALFORMED', 'the answer is to another question');
}

async function askUdp(run: ProbeRun, asking: Asking, question: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket(asking.family === 4 ? 'udp4' : 'udp6');
  const { sourceAddress } = asking.needs.module.dns;
  const startedMs = run.clock.monotonicMs();
  const answered = Promise.withResolvers<Uint8Array>();
  socket.on('error', answered.reject);
  const send = (): void => {
    // Connected, so that nothing but this server's packets arrives.
    socket.connect(asking.port, asking.address, () => {
      run.addPhase(DURATION, 'connect', run.clock.monotonicMs() - startedMs);
      socket.send(question);
    });
  };
  socket.once('message', answered.resolve);
  if (sourceAddress === '') send();
  else socket.bind({ address: sourceAddress }, send);
  try {
    const bytes = await abortable(answered.promise, run.signal);
    noteRequest(run, startedMs);
    return bytes;
  } finally {
    socket.close();
  }
}

async function askTcp(run: ProbeRun, asking: Asking, question: Uint8Array): Promise<Uint8Array> {
  const { needs, host } = asking;
  const { dns } = needs.module;
  const startedMs = run.clock.monotonicMs();
  const plain = await openSocket(run, { ...asking, sourceAddress: dns.sourceAddress });
  try {
    const settings = dns.isOverTls ? await needs.readTls(dns.tlsConfig) : undefined;
    const socket =
      settings === undefined ? plain : await openTls(run, { socket: plain, settings, host });
    run.addPhase(DURATION, 'connect', run.clock.monotonicMs() - startedMs);
    const head = Buffer.alloc(2);
    head.writeUInt16BE(question.length);
    socket.write(Buffer.concat([head, question]));
    const bytes = await abortable(readFramed(socket), run.signal);
    noteRequest(run, startedMs);
    return bytes;
  } finally {
    plain.destroy();
  }
}

/** The request is what the exchange took beside the connection. */
function noteRequest(run: ProbeRun, startedMs: number): void {
  const connectMs = run.phases().find(({ name }) => name === 'connect')?.durationMs ?? 0;
  run.addPhase(DURATION, 'request', run.clock.monotonicMs() - startedMs - connectMs);
}

/** A message with its length before it (RFC 1035, 4.2.2), so no more than 64 KiB. */
async function readFramed(socket: Socket): Promise<Uint8Array> {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, Buffer.from(chunk)]);
    if (pending.length < 2) continue;
    const length = pending.readUInt16BE(0);
    if (pending.length >= 2 + length) return pending.subarray(2, 2 + length);
  }
  throw unavailable('PROBE_NO_ANSWER', 'the server closed the connection before its answer');
}

function judge(
  run: ProbeRun,
  input: { readonly dns: DnsModule; readonly answer: DnsAnswer; readonly type: number },
): boolean {
  const { dns, answer, type } = input;
  run.set('probe_dns_answer_rrs', answer.answer.length);
  run.set('probe_dns_authority_rrs', answer.authority.length);
  run.set('probe_dns_additional_rrs', answer.additional.length);
  run.set('probe_dns_query_succeeded', 1);
  const records = [...answer.answer, ...answer.authority, ...answer.additional];
  run.evidence.firstBytes = records
    .slice(0, 20)
    .map(({ text }) => `${text}\n`)
    .join('');
  if (type === DNS_TYPES.get('SOA')) {
    run.set(
      'probe_dns_serial',
      answer.answer.findLast((one) => one.serial !== undefined)?.serial ?? 0,
    );
  }
  const rcode = findName(DNS_RCODES, answer.rcode) ?? `RCODE${answer.rcode}`;
  run.evidence.answer = rcode;
  return (
    judgeRcode(run, rcode, dns.validRcodes ?? ['NOERROR']) &&
    judgeRecords(run, { section: 'answer', records: answer.answer, checks: dns.answer }) &&
    judgeRecords(run, { section: 'authority', records: answer.authority, checks: dns.authority }) &&
    judgeRecords(run, { section: 'additional', records: answer.additional, checks: dns.additional })
  );
}

function judgeRcode(run: ProbeRun, rcode: string, valid: readonly string[]): boolean {
  const unknown = valid.find((name) => !DNS_RCODES.has(name));
  if (unknown !== undefined) return run.fail(`valid_rcodes names "${unknown}", which is no rcode`);
  return valid.includes(rcode) || run.fail(`the answer is ${rcode}, wanted ${valid.join(', ')}`);
}

interface Section {
  readonly section: string;
  readonly records: readonly DnsRecord[];
  readonly checks: RecordChecks;
}

function judgeRecords(run: ProbeRun, { section, records, checks }: Section): boolean {
  const say = (what: string): boolean => run.fail(`${section}: ${what}`);
  const needsOne = checks.failIfNotMatches.length + checks.failIfNoneMatches.length > 0;
  if (records.length === 0 && needsOne) return say('there are no records to match');
  let isAnyMatched = false;
  let isAllMatched = true;
  try {
    const matches = (pattern: string, { text }: DnsRecord): boolean =>
      compileSearching(pattern).matcher(text).find();
    for (const record of records) {
      const bad = checks.failIfMatches.find((pattern) => matches(pattern, record));
      if (bad !== undefined) return say(`"${record.text}" matches ${bad}`);
      if (!checks.failIfAllMatch.every((pattern) => matches(pattern, record))) isAllMatched = false;
      const missed = checks.failIfNotMatches.find((pattern) => !matches(pattern, record));
      if (missed !== undefined) return say(`"${record.text}" does not match ${missed}`);
      if (checks.failIfNoneMatches.some((pattern) => matches(pattern, record))) isAnyMatched = true;
    }
  } catch (error) {
    return say(`cannot compile a regular expression: ${errorMessage(error)}`);
  }
  // As blackbox_exporter has it: what "all match" asks for fails where one does not.
  if (checks.failIfAllMatch.length > 0 && !isAllMatched) return say('not all records match');
  if (checks.failIfNoneMatches.length > 0 && !isAnyMatched) return say('no record matches');
  return true;
}
