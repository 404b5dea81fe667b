/**
 * The same probes by blackbox_exporter and by us, against servers of this machine: the same metrics
 * with the same labels, and the same values but for times.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSystemClock } from '../../packages/server/src/platform/index.ts';
import { loadProber, readModuleFile } from '../../packages/server/src/probe/index.ts';
import { createHttpAccess } from '../../packages/server/src/scrape/index.ts';
import { findPrograms, type RunningPeer, startBlackboxExporter } from '../harness/peers.ts';
import { type ProbedServers, startProbedServers } from './servers.ts';

const modulesOf = (caFile: string): string => `
modules:
  http: {prober: http, timeout: 2s}
  post: {prober: http, timeout: 2s, http: {method: POST, body: a, headers: {Host: shop}, fail_if_body_not_matches_regexp: ["hello POST shop"]}}
  gzip: {prober: http, timeout: 2s, http: {compression: gzip, headers: {Accept-Encoding: gzip}}}
  small: {prober: http, timeout: 2s, http: {body_size_limit: 3B}}
  bad_body: {prober: http, timeout: 2s, http: {fail_if_body_matches_regexp: ["he+llo"]}}
  bad_header: {prober: http, timeout: 2s, http: {fail_if_header_not_matches: [{header: X-A, regexp: "^2$"}]}}
  no_header: {prober: http, timeout: 2s, http: {fail_if_header_matches: [{header: X-B, regexp: .}]}}
  stay: {prober: http, timeout: 2s, http: {follow_redirects: false, valid_status_codes: [302]}}
  only_ssl: {prober: http, timeout: 2s, http: {fail_if_not_ssl: true}}
  http2: {prober: http, timeout: 2s, http: {valid_http_versions: [HTTP/2.0], tls_config: {ca_file: ${caFile}}}}
  http1: {prober: http, timeout: 2s, http: {enable_http2: false, tls_config: {insecure_skip_verify: true}}}
  down: {prober: http, timeout: 2s, http: {valid_status_codes: [503]}}
  hasty: {prober: http, timeout: 150ms}
  ip6: {prober: http, timeout: 2s, http: {ip_protocol_fallback: false}}
  tcp: {prober: tcp, timeout: 2s}
  tls: {prober: tcp, timeout: 2s, tcp: {tls: true, tls_config: {ca_file: ${caFile}}}}
  untrusted: {prober: tcp, timeout: 2s, tcp: {tls: true}}
  smtp: {prober: tcp, timeout: 2s, tcp: {query_response: [{expect: "^220 ([^ ]+) ESMTP", send: "EHLO \${1}", labels: [{name: host, value: "$1"}]}, {expect: "^250 second"}]}}
  not_smtp: {prober: tcp, timeout: 300ms, tcp: {query_response: [{expect: "^500"}]}}
  bytes: {prober: tcp, timeout: 2s, tcp: {query_response: [{expect_bytes: "221"}]}}
  a: {prober: dns, timeout: 2s, dns: {query_name: example, query_type: A, validate_answer_rrs: {fail_if_not_matches_regexp: ["^example\\\\.\\t300\\tIN\\tA\\t192\\\\.0\\\\.2\\\\.[12]$"]}}}
  soa: {prober: dns, timeout: 2s, dns: {query_name: example, query_type: SOA, validate_answer_rrs: {fail_if_none_matches_regexp: ["SOA\\texample. example. 77 1 2 3 4"]}}}
  txt: {prober: dns, timeout: 2s, dns: {query_name: example, query_type: TXT, validate_answer_rrs: {fail_if_matches_regexp: ["TXT\\t\\"hello\\""]}}}
  gone: {prober: dns, timeout: 2s, dns: {query_name: gone.example, query_type: A}}
  gone_well: {prober: dns, timeout: 2s, dns: {query_name: gone.example, query_type: A, valid_rcodes: [NXDOMAIN]}}
`;

const PROBES: readonly (readonly [module: string, target: (of: ProbedServers) => string])[] = [
  ['http', ({ http }) => `127.0.0.1:${http}`],
  ['http', ({ http }) => `http://localhost:${http}/redirect`],
  ['http', ({ http }) => `127.0.0.1:${http}/loop`],
  ['http', ({ http }) => `127.0.0.1:${http}/fail`],
  ['http', () => '127.0.0.1:1'],
  ['http', () => 'no-such-host.invalid'],
  ['post', ({ http }) => `127.0.0.1:${http}`],
  ['gzip', ({ http }) => `127.0.0.1:${http}/gzip`],
  ['gzip', ({ http }) => `127.0.0.1:${http}`],
  ['small', ({ http }) => `127.0.0.1:${http}`],
  ['bad_body', ({ http }) => `127.0.0.1:${http}`],
  ['bad_header', ({ http }) => `127.0.0.1:${http}`],
  ['no_header', ({ http }) => `127.0.0.1:${http}`],
  ['stay', ({ http }) => `127.0.0.1:${http}/redirect`],
  ['only_ssl', ({ http }) => `127.0.0.1:${http}`],
  ['http2', ({ https }) => `https://127.0.0.1:${https}`],
  ['http1', ({ https }) => `https://127.0.0.1:${https}`],
  ['http', ({ https }) => `https://127.0.0.1:${https}`],
  ['down', ({ http }) => `127.0.0.1:${http}/fail`],
  ['hasty', ({ http }) => `127.0.0.1:${http}/slow`],
  ['ip6', ({ http }) => `127.0.0.1:${http}`],
  ['tcp', ({ tcp }) => `127.0.0.1:${tcp}`],
  ['tcp', () => '127.0.0.1:1'],
  ['tcp', () => '127.0.0.1'],
  ['tls', ({ https }) => `127.0.0.1:${https}`],
  ['untrusted', ({ https }) => `127.0.0.1:${https}`],
  ['smtp', ({ tcp }) => `127.0.0.1:${tcp}`],
  ['not_smtp', ({ tcp }) => `127.0.0.1:${tcp}`],
  ['bytes', ({ tcp }) => `127.0.0.1:${tcp}`],
  ['a', ({ dns }) => `127.0.0.1:${dns}`],
  ['soa', ({ dns }) => `127.0.0.1:${dns}`],
  ['txt', ({ dns }) => `127.0.0.1:${dns}`],
  ['gone', ({ dns }) => `127.0.0.1:${dns}`],
  ['gone_well', ({ dns }) => `127.0.0.1:${dns}`],
];

/** What differs from run to run, whoever runs it. */
const TIMES = /_duration_seconds|_lookup_time_seconds/;

/** Came with blackbox_exporter 0.29. */
const NEWER = 'probe_timeout_seconds ';

/** Lines of samples in order, times without their value. */
function readSamples(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const samples = lines.map((line) => {
    const at = line.lastIndexOf(' ');
    const name = line.slice(0, at);
    return TIMES.test(name) ? name : `${name} ${Number(line.slice(at + 1))}`;
  });
  return samples.toSorted();
}

const skip =
  findPrograms('prometheus-blackbox-exporter').length === 0 && 'no blackbox_exporter here';

describe('probes by blackbox_exporter and by us', { skip }, () => {
  let servers: ProbedServers;
  let peer: RunningPeer | undefined;
  before(async () => {
    servers = await startProbedServers();
    peer = await startBlackboxExporter(modulesOf(servers.caFile));
  });
  after(async () => {
    await peer?.stop();
    servers.close();
  });

  it('come to the same metrics', async () => {
    const text = modulesOf(servers.caFile);
    const { modules, faults } = readModuleFile({ text, file: 'blackbox.yml' });
    assert.deepEqual(faults, []);
    const runProbe = await loadProber();
    const clock = createSystemClock();
    const options = { clock, ...createHttpAccess(clock) };
    const outcomes = await Promise.all(
      PROBES.map(async ([name, targetOf]) => {
        const target = targetOf(servers);
        const module = modules.get(name);
        assert.ok(module !== undefined, name);
        const query = new URLSearchParams({ module: name, target });
        const [theirs, ours] = await Promise.all([
          fetch(`${peer?.url}/probe?${query}`).then(async (response) => response.text()),
          runProbe({ module, target, allowsPrivate: true, timeoutMs: 119_500 }, options),
        ]);
        const [want, got] = [new Set(readSamples(theirs)), new Set(readSamples(ours.metrics))];
        const missing = [...want.difference(got)];
        const surplus = [...got.difference(want)].filter((line) => !line.startsWith(NEWER));
        return { name, target, reason: ours.evidence.reason, missing, surplus };
      }),
    );
    const differing = outcomes.filter(
      ({ missing, surplus }) => missing.length + surplus.length > 0,
    );
    assert.deepEqual(differing, []);
  });
});
