/** Asks a web server, follows its redirects, and judges what came. */
import { readFile, stat } from 'node:fs/promises';
import { errorMessage, invalid } from '../platform/index.ts';
import { chooseAddress } from './connect.ts';
import { judgeBody, judgeHeaders, judgeStatus, judgeTls } from './http-checks.ts';
import { createCookies, type Cookies } from './http-cookies.ts';
import { type HttpAnswer, sendHop } from './http-hop.ts';
import { BODY_FILE_BYTES_MAX, REDIRECTS_MAX } from './limits.ts';
import type { HttpModule } from './module.ts';
import type { ProbeNeeds } from './prober.ts';
import type { ProbeRun } from './run.ts';
import { noteCertificates } from './tls.ts';

const DURATION = 'probe_http_duration_seconds';
const USER_AGENT = 'Nines-Probe';

/** One request of the chain that redirects make. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: Uint8Array | undefined;
  /** Undefined: it is looked up. */
  readonly address: string | undefined;
  readonly hostHeader: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Whether it goes to the server that credentials are for. */
  readonly isTrusted: boolean;
}

export async function probeHttp(run: ProbeRun, needs: ProbeNeeds): Promise<boolean> {
  const { http } = needs.module;
  for (const name of ['status_code', 'content_length', 'uncompressed_body_length']) {
    run.set(`probe_http_${name}`, 0);
  }
  for (const name of ['redirects', 'ssl', 'version']) run.set(`probe_http_${name}`, 0);
  run.set('probe_failed_due_to_regex', 0);
  const url = parseTarget(needs.target);
  run.addPhase(DURATION, 'resolve', 0);
  const found = await chooseAddress(run, bareHost(url), http);
  run.addPhase(DURATION, 'resolve', found.lookupMs);
  for (const phase of ['connect', 'tls', 'processing', 'transfer'])
    run.addPhase(DURATION, phase, 0);
  const first: Hop = { ...(await createHop(http, url)), address: found.address };
  const answer = await follow(run, needs, first);
  try {
    return await judge(run, http, answer);
  } finally {
    answer.close();
  }
}

function parseTarget(target: string): URL {
  const url = URL.parse(/^https?:\/\//i.test(target) ? target : `http://${target}`);
  if (url === null)
    throw invalid('PROBE_TARGET_INVALID', `"${target}" is not an address of the web`);
  return url;
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

async function createHop(http: HttpModule, url: URL): Promise<Omit<Hop, 'address'>> {
  const pairs = http.headers.filter(([name]) => name.toLowerCase() !== 'host');
  const host = http.headers.find(([name]) => name.toLowerCase() === 'host');
  const body = http.bodyFile === '' ? Buffer.from(http.body) : await readBodyFile(http.bodyFile);
  return {
    url,
    method: http.method,
    body: body.length === 0 ? undefined : body,
    hostHeader: host?.[1] ?? url.host,
    headers: { 'user-agent': USER_AGENT, ...lowerKeys(pairs) },
    isTrusted: true,
  };
}

function lowerKeys(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

async function readBodyFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > BODY_FILE_BYTES_MAX) throw new Error(`larger than ${BODY_FILE_BYTES_MAX} bytes`);
    return await readFile(path);
  } catch (error) {
    throw invalid('PROBE_BODY_FILE', `cannot read body_file: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

interface LastAnswer extends HttpAnswer {
  /** Whether its body is not wanted: it points elsewhere, and nobody goes there. */
  readonly isRefusedRedirect: boolean;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Those that repeat the request as it was; the others ask with GET. */
const REPEATING: readonly number[] = [307, 308];

async function follow(run: ProbeRun, needs: ProbeNeeds, first: Hop): Promise<LastAnswer> {
  const { client } = needs.module.http;
  const cookies = createCookies();
  let hop = first;
  for (let count = 1; ; count++) {
    const answer = await sendOne(run, { needs, hop, cookies });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || location === undefined) {
      return { ...answer, isRefusedRedirect: false };
    }
    run.say(`redirected to ${location}`);
    run.set('probe_http_redirects', count);
    if (!client.followRedirects || count > REDIRECTS_MAX) {
      return { ...answer, isRefusedRedirect: true };
    }
    answer.close();
    hop = redirect(hop, { status: answer.status, location, origin: first.url.origin });
  }
}

function redirect(
  hop: Hop,
  to: { readonly status: number; readonly location: string; readonly origin: string },
): Hop {
  const url = URL.parse(to.location, hop.url.href);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid('PROBE_REDIRECT', `redirect to "${to.location}", which is no address of the web`);
  }
  const isSame = url.origin === hop.url.origin;
  const repeats = REPEATING.includes(to.status) || hop.method === 'HEAD';
  return {
    url,
    method: repeats ? hop.method : 'GET',
    body: repeats ? hop.body : undefined,
    address: isSame ? hop.address : undefined,
    hostHeader: isSame ? hop.hostHeader : url.host,
    headers: hop.headers,
    // Credentials are for the server that was named, and go to nobody that it points at.
    isTrusted: url.origin === to.origin,
  };
}

async function sendOne(
  run: ProbeRun,
  {
    needs,
    hop,
    cookies,
  }: { readonly needs: ProbeNeeds; readonly hop: Hop; readonly cookies: Cookies },
): Promise<HttpAnswer> {
  const { http } = needs.module;
  const host = bareHost(hop.url);
  let { address } = hop;
  if (address === undefined) {
    const found = await chooseAddress(run, host, http);
    run.addPhase(DURATION, 'resolve', found.lookupMs);
    address = found.address;
  }
  const access = hop.isTrusted ? await needs.readAccess(http.client, run.signal) : {};
  const headers = { ...hop.headers, ...access, ...cookies.headerFor(hop.url) };
  const settings = await needs.readTls(http.client.tls);
  const answer = await sendHop(run, {
    ...hop,
    address,
    headers,
    settings,
    tlsName: hop.hostHeader.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''),
    enablesHttp2: http.enablesHttp2,
    addPhase: (phase, durationMs) => run.addPhase(DURATION, phase, durationMs),
  });
  cookies.keep(hop.url, answer.headers['set-cookie'] ?? []);
  return answer;
}

async function judge(run: ProbeRun, http: HttpModule, answer: LastAnswer): Promise<boolean> {
  const { status, version, headers } = answer;
  run.evidence.answer = `${version} ${status}`;
  run.noteHeaders(listHeaders(headers));
  run.set('probe_http_status_code', status);
  run.set('probe_http_content_length', contentLength(answer));
  run.set('probe_http_version', Number(version.slice('HTTP/'.length)));
  const modifiedMs = Date.parse(headers['last-modified'] ?? '');
  if (!Number.isNaN(modifiedMs)) {
    run.set('probe_http_last_modified_timestamp_seconds', modifiedMs / 1000);
  }
  if (answer.secure !== undefined) {
    run.set('probe_http_ssl', 1);
    noteCertificates(run, answer.secure, true);
  }
  let isGood = judgeStatus(run, http, status) && judgeHeaders(run, http, headers);
  if (!answer.isRefusedRedirect) {
    const startedMs = run.clock.monotonicMs();
    isGood = (await judgeBody(run, { http, answer, isGood })) && isGood;
    run.addPhase(DURATION, 'transfer', run.clock.monotonicMs() - startedMs);
  }
  if (http.validHttpVersions.length > 0 && !http.validHttpVersions.includes(version)) {
    isGood = run.fail(`${version} is not one of ${http.validHttpVersions.join(', ')}`);
  }
  return judgeTls(run, http, answer.secure !== undefined) && isGood;
}

function contentLength({ headers, status }: HttpAnswer): number {
  const said = headers['content-length'];
  if (said !== undefined) return Number(said);
  return status === 204 || status === 304 ? 0 : -1;
}

function listHeaders(headers: HttpAnswer['headers']): readonly (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') || value === undefined
      ? []
      : [value].flat().map((text): readonly [string, string] => [name, text]),
  );
}
