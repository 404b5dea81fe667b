import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault, readYaml } from '../platform/index.ts';
import { readWebhooks } from './read-webhooks.ts';

function read(text: string) {
  const { root, faults } = readYaml({ text, file: '/etc/nines/nines.yaml' });
  const webhooks = readWebhooks(root.fields(['webhooks']).find('webhooks'));
  return { webhooks, faults: faults.map(formatFault) };
}
const checkFault = (entry: string, want: RegExp) => {
  const { webhooks, faults } = read(`webhooks:\n  - ${entry}`);
  assert.equal(faults.length, 1, faults.join('\n'));
  assert.match(faults[0], want);
  assert.deepEqual(webhooks, []);
};

describe('readWebhooks', () => {
  it('reads a webhook', () => {
    const { webhooks, faults } = read(
      'webhooks: [{name: ops, url: "https://hooks.example/x", secret_file: keys/ops}]',
    );
    assert.deepEqual(faults, []);
    assert.equal(webhooks[0].name, 'ops');
    assert.equal(webhooks[0].url.href, 'https://hooks.example/x');
    assert.equal(webhooks[0].secretFile, '/etc/nines/keys/ops');
    assert.equal(webhooks[0].allowsPrivate, false);
  });
  it('has none where the key is absent', () => assert.deepEqual(read('').webhooks, []));
  it('reads a private address where it is allowed', () => {
    const { webhooks } = read(
      'webhooks: [{name: ops, url: "http://127.0.0.1:9000/", allow_private: true}]',
    );
    assert.equal(webhooks[0].allowsPrivate, true);
  });

  it('wants a name', () =>
    checkFault('{url: "https://a.example"}', /:2:5: webhooks\[0\] has no name/));
  it('wants a url', () => checkFault('{name: ops}', /:2:5: webhooks\[0\] has no url/));
  it('refuses a name that does not fit into a channel', () =>
    checkFault('{name: a/b, url: "https://a.example"}', /:2:12: .*got "a\/b"/));
  it('refuses a private address by place', () =>
    checkFault(
      '{name: ops, url: "http://10.1.2.3/x"}',
      /:2:22: webhooks\[0\].url: 10.1.2.3 is not on the internet; set allow_private: true/,
    ));
  it('refuses what hides a private address', () =>
    checkFault('{name: ops, url: "http://0x7f.1/x"}', /127.0.0.1 is not on the internet/));
  it('refuses metadata even where private is allowed', () =>
    checkFault(
      '{name: ops, url: "http://169.254.169.254/", allow_private: true}',
      /serves a cloud's credentials/,
    ));
  it('refuses other protocols', () =>
    checkFault('{name: ops, url: "file:///etc/passwd"}', /must begin with http/));
  it('refuses credentials in the url', () =>
    checkFault('{name: ops, url: "https://a:b@c.example"}', /must not hold a user or a password/));
  it('refuses what is no url', () => checkFault('{name: ops, url: ops}', /it is no web address/));
  it('refuses a name given twice', () => {
    const { webhooks, faults } = read(
      'webhooks: [{name: a, url: "https://b.example"}, {name: a, url: "https://c.example"}]',
    );
    assert.equal(webhooks.length, 1);
    assert.match(faults[0], /webhook "a" is declared twice/);
  });
});
