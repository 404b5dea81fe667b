/** Which modules are taken and which are refused: ours and blackbox_exporter's word on each. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { readModuleFile } from '../../packages/server/src/probe/index.ts';
import { findPrograms } from '../harness/peers.ts';

/** Parts of a module; the fields of each are what their readers differ in most easily. */
const BODIES = [
  'prober: http',
  '{prober: http, timeout: 1.5s}',
  '{prober: http, timeout: 1d}',
  '{prober: http, timeout: 5}',
  '{prober: http, timeout: ""}',
  '{prober: http, http: {valid_status_codes: [200, 404]}}',
  '{prober: http, http: {valid_status_codes: [2xx]}}',
  '{prober: http, http: {headers: {Host: a, X: 1}}}',
  '{prober: http, http: {body_size_limit: 10MB}}',
  '{prober: http, http: {body_size_limit: 10XB}}',
  '{prober: http, http: {fail_if_body_matches_regexp: ["(?i)a.b", "[[:alpha:]]+"]}}',
  '{prober: http, http: {fail_if_body_matches_regexp: ["(?=a)"]}}',
  '{prober: http, http: {fail_if_header_matches: [{header: A, regexp: ""}]}}',
  '{prober: http, http: {basic_auth: {username: a, password: b}, bearer_token: c}}',
  '{prober: http, http: {authorization: {type: Basic, credentials: a}}}',
  '{prober: http, http: {no_follow_redirects: true}}',
  '{prober: http, http: {tls_config: {min_version: TLS12}}}',
  '{prober: http, http: {tls_config: {min_version: TLS9}}}',
  '{prober: http, http: {compression: gzip, headers: {Accept-Encoding: "gzip;q=0, *;q=0.1"}}}',
  '{prober: tcp, tcp: {query_response: [{expect: a, expect_bytes: b}]}}',
  '{prober: tcp, tcp: {query_response: [{send: !!binary AAAACATSFi8=}]}}',
  '{prober: tcp, tcp: {query_response: [{expect: a, labels: [{name: b, value: "$1"}]}]}}',
  '{prober: dns, dns: {query_name: a, valid_rcodes: [WHAT]}}',
  '{prober: dns, dns: {query_name: a, query_type: NSAP-PTR, query_class: CH}}',
  '{prober: dns, dns: {query_name: a, validate_answer_rrs: {fail_if_matches_regexp: [":["]}}}',
  '{prober: dns, dns: {query_name: a, transport_protocol: sctp}}',
  '{prober: dns}',
  '{prober: icmp, icmp: {ttl: 0}}',
  '{prober: grpc, grpc: {metadata: {a: [b], c: d}}}',
  '{prober: unix, unix: {query_response: [{send: PING}]}}',
  '{prober: http, tcp: {tls: yes}}',
  '{prober: http, http: {preferred_ip_protocol: ip5}}',
];

const folder = mkdtempSync(join(tmpdir(), 'nines-probes-'));
after(() => rmSync(folder, { recursive: true }));
const [program] = findPrograms('prometheus-blackbox-exporter');
const skip = program === undefined && 'no blackbox_exporter on this machine';

it('takes and refuses the modules that blackbox_exporter takes and refuses', { skip }, async () => {
  const wants = await Promise.all(
    BODIES.map(async (body, i) => {
      const file = join(folder, `${i}.yml`);
      writeFileSync(file, `modules:\n  one:\n    ${body}\n`);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      execFile(program, ['--config.check', `--config.file=${file}`], (error) =>
        resolve(error === null),
      );
      return promise;
    }),
  );
  const verdicts = BODIES.map((body) => {
    const { faults } = readModuleFile({ text: `modules:\n  one:\n    ${body}\n`, file: 'a.yml' });
    return { body, isTaken: faults.length === 0, why: faults[0]?.message };
  });
  const differing = verdicts.filter(({ isTaken }, i) => isTaken !== wants[i]);
  assert.deepEqual(differing, []);
});
