import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault, readYaml } from '../platform/index.ts';
import { readEmails, readSmtp } from './read-emails.ts';

function read(text: string) {
  const { root, faults } = readYaml({ text, file: '/etc/nines/nines.yaml' });
  const fields = root.fields(['smtp', 'emails']);
  const smtp = readSmtp(fields.find('smtp'));
  const emails = readEmails(fields.find('emails'), fields.find('smtp') !== undefined);
  return { smtp, emails, faults: faults.map(formatFault) };
}

describe('readSmtp', () => {
  const checkFault = (smtp: string, want: RegExp): void => {
    const { faults } = read(`smtp: {${smtp}}`);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], want);
  };
  const GOOD = 'smarthost: "smtp.example.com:587", from: nines@example.com';

  it('reads what Alertmanager calls the same', () => {
    const { smtp, faults } = read(
      'smtp: {smarthost: "smtp.example.com:587", from: "Nines Shop <nines@example.com>", hello: nines.example.com,' +
        ' auth_username: nines, auth_password_file: keys/smtp, tls_config: {ca_file: ca.pem}}',
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(smtp, {
      host: 'smtp.example.com',
      port: 587,
      isTlsFromStart: false,
      requiresTls: true,
      from: { name: 'Nines Shop', address: 'nines@example.com' },
      hello: 'nines.example.com',
      auth: { username: 'nines', password: undefined, passwordFile: '/etc/nines/keys/smtp' },
      caFile: '/etc/nines/ca.pem',
      isCheckSkipped: false,
    });
  });
  it('has none where the key is absent', () => assert.equal(read('').smtp, undefined));
  it('encrypts from the first byte on port 465, and reads IPv6', () => {
    assert.equal(read('smtp: {smarthost: "a:465", from: a@b}').smtp?.isTlsFromStart, true);
    assert.equal(read('smtp: {smarthost: "[::1]:25", from: a@b}').smtp?.host, '::1');
  });
  it('lets plain text be enough', () =>
    assert.equal(read(`smtp: {${GOOD}, require_tls: false}`).smtp?.requiresTls, false));

  it('wants a server and a sender', () => {
    checkFault('from: a@b.example', /smtp has no smarthost; want one such as/);
    checkFault('smarthost: "a:25"', /smtp has no from; want an address/);
  });
  it('wants a port', () => {
    for (const text of ['smtp.example.com', 'a:0', 'a:70000', 'a b:25', '[a]:25', ':25']) {
      checkFault(`smarthost: "${text}", from: a@b.example`, /smtp.smarthost must be HOST:PORT/);
    }
  });
  it('refuses what is no address, and what would break out of a header', () => {
    const checkFrom = (from: string): void =>
      checkFault(`smarthost: "a:25", from: "${from}"`, /smtp.from must be an address/);
    checkFrom('nines');
    checkFrom('a@b <c@d> e');
    checkFrom('Nines <a@b\\r\\nBcc: x@y>');
    checkFrom('A\\nB <a@b.example>');
    checkFrom('a@-b.example');
    checkFrom(`${'x'.repeat(250)}@b.example`);
  });
  it('wants a user and a password together, and never repeats the password', () => {
    checkFault(`${GOOD}, auth_username: nines`, /has auth_username and no password/);
    checkFault(
      `${GOOD}, auth_password: hunter2`,
      /^(?!.*hunter2).*a password and no auth_username/,
    );
    checkFault(
      `${GOOD}, auth_username: a, auth_password: hunter2, auth_password_file: f`,
      /^(?!.*hunter2).*has both auth_password and auth_password_file/,
    );
  });
  it('refuses a greeting that is no host name', () =>
    checkFault(`${GOOD}, hello: "a\\r\\nRCPT"`, /smtp.hello must be a host name/));
});

describe('readEmails', () => {
  const SMTP = 'smtp: {smarthost: "a:25", from: a@b.example}\n';
  const checkFault = (entry: string, want: RegExp): void => {
    const { faults, emails } = read(`${SMTP}emails:\n  - ${entry}`);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], want);
    assert.deepEqual(emails, []);
  };

  it('reads lists, each address once', () => {
    const { emails, faults } = read(
      `${SMTP}emails: [{name: oncall, to: [mina@example.com, jo+n@b.example, mina@example.com]}, {name: boss, to: b@c}]`,
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(emails, [
      { name: 'oncall', to: ['mina@example.com', 'jo+n@b.example'] },
      { name: 'boss', to: ['b@c'] },
    ]);
  });
  it('wants a name, people and addresses', () => {
    checkFault('{to: a@b}', /emails\[0\] has no name/);
    checkFault('{name: a/b, to: a@b}', /got "a\/b"/);
    checkFault('{name: a}', /emails\[0\] tells nobody/);
    checkFault('{name: a, to: [b]}', /emails\[0\].to\[0\] must be an address/);
    checkFault('{name: a, to: ["a@b,c@d"]}', /must be an address/);
  });
  it('refuses a name given twice', () => {
    const { faults } = read(`${SMTP}emails: [{name: a, to: a@b}, {name: a, to: c@d}]`);
    assert.match(faults[0], /email "a" is declared twice/);
  });
  it('needs a server', () => {
    const { faults } = read('emails: [{name: a, to: a@b}]');
    assert.match(faults[0], /emails needs smtp/);
  });
});
