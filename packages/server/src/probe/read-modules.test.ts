import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { isEncodingAccepted } from './read-http-module.ts';
import { readModuleFile } from './read-modules.ts';

const read = (text: string) => readModuleFile({ text, file: 'blackbox.yml' });
const readOne = (body: string) => {
  const { modules, faults } = read(`modules: {one: ${body}}`);
  assert.deepEqual(faults, [], body);
  return modules.get('one');
};

describe('modules of blackbox_exporter', () => {
  it('have its defaults', () => {
    const module = readOne('{prober: http}');
    assert.deepEqual(
      [module?.timeoutMs, module?.http.method, module?.http.preferred, module?.http.fallsBack],
      [0, 'GET', 'ip6', true],
    );
    assert.equal(module?.http.client.followRedirects, true);
    assert.equal(module?.icmp.ttl, 64);
    assert.equal(module?.dns.isRecursionDesired, true);
    assert.deepEqual([module?.dns.transport, module?.dns.validRcodes], ['udp', undefined]);
    assert.deepEqual(module?.refusals, []);
  });

  it('have timeouts in the syntax of Go', () => {
    const check = (text: string, wantMs: number): void =>
      assert.equal(readOne(`{prober: tcp, timeout: ${text}}`)?.timeoutMs, wantMs, text);
    check('5s', 5000);
    check('1.5s', 1500);
    check('1m30s', 90_000);
    check('.5h', 1_800_000);
    check('250us', 0.25);
    check('-5s', 0);
    assert.match(read('modules: {a: {prober: tcp, timeout: 1d}}').faults[0].message, /duration/);
  });

  it('send and expect bytes that are no text', () => {
    const step = '{send: !!binary AAAACATSFi8=, expect_bytes: S}';
    const [one] =
      readOne(`{prober: tcp, tcp: {query_response: [${step}]}}`)?.tcp.queryResponse ?? [];
    assert.deepEqual([...one.send], [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]);
    assert.deepEqual([...one.expectBytes], [0x53]);
  });

  it('say each fault at its place', () => {
    const check = (body: string, want: RegExp): void => {
      const [fault] = read(`modules:\n  one:\n    ${body}`).faults;
      assert.match(`${fault?.line}: ${fault?.message}`, want, body);
    };
    check('prober: smtp', /^3: modules\.one needs a prober of http, tcp, .*; got "smtp"$/);
    check('timeout: 5s', /needs a prober of .*; it has none$/);
    check('{prober: dns, dns: {query_type: A}}', /dns needs query_name$/);
    check(
      '{prober: dns, dns: {query_name: a, query_type: X}}',
      /query_type must be one of None, A/,
    );
    check('{prober: icmp, icmp: {ttl: 256}}', /ttl must be a whole number from 0 to 255, got 256/);
    check(
      '{prober: http, http: {fail_if_body_matches_regexp: [":["]}}',
      /regular expression ":\["/,
    );
    check('{prober: http, http: {fail_if_header_matches: [{header: A}]}}', /needs regexp$/);
    check('{prober: http, http: {body: a, body_file: b}}', /at most one of body and body_file/);
    check('{prober: http, http: {nonsense: 1}}', /field "nonsense" is not known/);
    check('{prober: http, http: {enable_http3: true}}', /enable_http3 needs enable_http2: false/);
    check('{prober: http, http: {valid_http_versions: [HTTP/3.0]}}', /where enable_http3 is true/);
    check('{prober: tcp, tcp: {query_response: [{expect: a, expect_bytes: b}]}}', /at most one of/);
    assert.match(read('').faults[0].message, /the file is empty/);
    assert.match(
      read('modules:\n  a: {prober: tcp}\n  a: {prober: tcp}').faults[0].message,
      /module "a" stands twice/,
    );
  });

  it('keep what this server cannot do with the module that asks for it', () => {
    const check = (body: string, want: RegExp | undefined): void => {
      const [why] = readOne(body)?.refusals ?? [];
      if (want === undefined) assert.equal(why, undefined, body);
      else assert.match(why, want, body);
    };
    check('{prober: http, http: {proxy_url: "http://p:1"}}', /proxy_url is not supported/);
    check('{prober: tcp, http: {proxy_url: "http://p:1"}}', undefined);
    check('{prober: http, http: {enable_http3: true, enable_http2: false}}', /HTTP\/3/);
    check('{prober: http, http: {fail_if_body_json_matches_cel: body.a}}', /not supported/);
    check('{prober: websocket}', /websocket is not supported/);
    check('{prober: http, http: {tls_config: {insecure_skip_verify: true}}}', undefined);
  });

  it('remark on what has no effect', () => {
    const { remarks } = read('modules: {a: {prober: tcp, http: {method: PUT}}}');
    assert.match(remarks[0].message, /^http has no effect where the prober is tcp/);
  });
});

it('a compression must be one that the header asks for', () => {
  const check = (compression: string, header: string, want: boolean): void =>
    assert.equal(isEncodingAccepted(compression, header), want, `${compression}: ${header}`);
  check('gzip', 'gzip', true);
  check('gzip', 'deflate', false);
  check('gzip', '*;q=0.0', false);
  check('gzip', 'br, *', true);
  check('gzip', 'gzip;q=0, *;q=0.5', true);
  check('gzip', 'gzip;q=0', false);
  check('br', 'gzip;q=0.8, br;q=x', false);
  check('', 'deflate', true);
});

it('any text is read or refused, and never more', () => {
  const seed = 20_261_123;
  const random = createSeededRandom(seed);
  const words = ['modules:', ' a:', '{', '}', '[', ']', 'prober: http', 'tcp:', 'expect: ":["'];
  words.push(
    '\n',
    '  ',
    'send: !!binary A',
    'ttl: -1',
    'timeout: 5x',
    'headers: {a: 1}',
    '- ',
    ',',
  );
  for (let i = 0; i < 300; i++) {
    const count = Math.floor(random.float() * 20);
    const text = Array.from(
      { length: count },
      () => words[Math.floor(random.float() * words.length)],
    ).join('');
    const { modules } = read(text);
    assert.ok(modules.size <= count, `seed ${seed}, round ${i}`);
  }
});
