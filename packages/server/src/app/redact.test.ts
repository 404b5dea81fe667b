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
    check('bearer_token: abc # mine', 'bearer_token: <hidden># mine');
    check('  auth_password: "a b"\n', '  auth_password: <hidden>\n');
    check('"password": x', '"password": <hidden>');
  });
  it('hides what URLs carry', () => {
    check('url: postgres://nines:s3cret@db/nines', 'url: postgres://nines:<hidden>@db/nines');
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
