import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redactSecrets } from './redact.ts';

describe('a configuration that is shown', () => {
  const check = (text: string, shown: string): void => assert.equal(redactSecrets(text), shown);

  it('hides secrets in each of YAML’s spellings', () => {
    check(
      'basic_auth:\n  username: a\n  password: b c\n',
      'basic_auth:\n  username: a\n  password: <hidden>\n',
    );
    check("{ username: a, password: 'it''s', x: 1 }", '{ username: a, password: <hidden>, x: 1 }');
    check('{credentials: "a\\"b"}', '{credentials: <hidden>}');
    check('bearer_token: abc # mine', 'bearer_token: <hidden> # mine');
    check('  auth_password: "a b"\n', '  auth_password: <hidden>\n');
    check('"password": x', '"password": <hidden>');
  });
  it('hides all of a secret, wherever YAML lets it stand', () => {
    check('{"password":"x","a":1}', '{"password":<hidden>,"a":1}');
    check('password: a,b]c}d\n', 'password: <hidden>\n');
    check('password: a#b # mine\n', 'password: <hidden> # mine\n');
    check('password:\n  s3cret\nx: 1\n', 'password:\n  <hidden>\nx: 1\n');
    check('password: s3cret\n  goes on\nx: 1\n', 'password: <hidden>\nx: 1\n');
    check('password: |-\n  s3cret\n  goes on\nx: 1\n', 'password: <hidden>\nx: 1\n');
    check('a: &pw s3cret\npassword: *pw\n', 'a: &pw <hidden>\npassword: *pw\n');
    check('a: &a { token: x }\nb: { <<: *a }\n', 'a: &a { token: <hidden> }\nb: { <<: *a }\n');
    check('token: a\n---\ntoken: b\n', 'token: <hidden>\n---\ntoken: <hidden>\n');
    check('secrets: [one, two]\n', 'secrets: <hidden>\n');
    check('# password: of yesterday\n', '# password: <hidden>\n');
    check(
      'url: >-\n  https://hooks.example/a\nx: 1\n',
      'url: >-\n  https://hooks.example/…\nx: 1\n',
    );
    check('url: https://hooks.example/a,b}c\n', 'url: https://hooks.example/…\n');
    check('url: https://hooks.example?key=b\n', 'url: https://hooks.example?…\n');
  });
  it('ends where aliases repeat aliases', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`);
    const text = `a0: &a0 { password: x }\n${lines.join('')}`;
    check(text, text.replace('password: x', 'password: <hidden>'));
  });
  it('shows nothing of a text that is no YAML', () => {
    check('password: "a\n', '# not shown: its YAML is broken\n');
  });
  it('hides what URLs carry', () => {
    check('url: postgres://nines:s3cret@db/nines', 'url: postgres://nines:<hidden>@db/nines');
    check('url: redis://:s3cret@cache', 'url: redis://:<hidden>@cache');
    check('url: postgres://db/n?password=p&a=1', 'url: postgres://db/n?password=<hidden>&a=1');
    check(
      "{ url: 'https://hooks.example/services/T0/B0', name: a }",
      "{ url: 'https://hooks.example/…', name: a }",
    );
  });
  it('leaves everything else as it was written', () => {
    const text =
      '# password rules\npassword_file: /run/secret\ntargets: [a:1]\nplaybook: https://wiki.example/a\n';
    check(text, text);
  });
});
