import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { copyConfig } from './config-copy.ts';

const root = mkdtempSync(join(tmpdir(), 'nines-config-copy-'));
after(() => rmSync(root, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('the copy of a configuration', () => {
  it('has the files that it names, and names those that it does not have', async () => {
    write('etc/rules/b.yml', 'groups: []\n');
    write('etc/rules/a.yml', 'groups: [] # a\n');
    write('etc/boards/shop.yaml', 'panels: []\n');
    write('etc/slos/shop.yaml', 'connectionDetails: { token: s3cret }\n');
    const elsewhere = write('other/c.yml', 'c\n');
    const file = write(
      'etc/nines.yaml',
      `
rule_files: [rules/*.yml, '${elsewhere}', missing.yml]
slo_files: [slos/shop.yaml]
scrape_configs:
  - job_name: a
    basic_auth: { username: u, password_file: secrets/password }
webhooks:
  - { name: ops, url: 'https://hooks.example.com/services/T0/B0/x' }
server: { tls: { cert_file: cert.pem, key_file: /etc/key.pem } }
`,
    );
    const { files, notIncluded } = await copyConfig(file, [join(root, 'etc/boards')]);
    assert.deepEqual(
      [...files.keys()],
      [
        'nines.yaml',
        'rules/a.yml',
        'rules/b.yml',
        `elsewhere${elsewhere}`,
        'slos/shop.yaml',
        'boards/shop.yaml',
      ],
    );
    assert.equal(files.get('rules/a.yml'), 'groups: [] # a\n');
    assert.equal(files.get('slos/shop.yaml'), 'connectionDetails: { token: <hidden> }\n');
    assert.match(files.get('nines.yaml') ?? '', /hooks\.example\.com\/…/);
    const etc = join(root, 'etc');
    assert.deepEqual(notIncluded, [
      `${file}: the secrets that are written in it, <hidden> in the copy`,
      `${etc}/secrets/password: a file that scrape_configs[0].basic_auth.password_file names; keep it with your secrets`,
      `${etc}/cert.pem: a file that server.tls.cert_file names; keep it with your secrets`,
      '/etc/key.pem: a file that server.tls.key_file names; keep it with your secrets',
      `${etc}/missing.yml: cannot be read: ENOENT`,
    ]);
  });

  it('is empty where there is none, and says so', async () => {
    const { files, notIncluded } = await copyConfig(undefined, [join(root, 'nowhere')]);
    assert.equal(files.size, 0);
    assert.equal(notIncluded.length, 1);
  });

  it('says when there are more files than it takes', async () => {
    for (let i = 0; i < 2_002; i++) write(`many/rules/${i}.yml`, '');
    const file = write('many/nines.yaml', 'rule_files: [rules/*.yml]\n');
    const { files, notIncluded } = await copyConfig(file, [join(root, 'nowhere')]);
    assert.equal(files.size, 2_001);
    assert.deepEqual(notIncluded, ['files that rule_files names: there are more than 2001']);
  });

  it('leaves out a file whose secrets cannot be told from the rest', async () => {
    const file = write('bad/nines.yaml', 'password: s3cret\na: [1\n  b: *x\n');
    const { files, notIncluded } = await copyConfig(file, [join(root, 'nowhere')]);
    assert.deepEqual([...files.values()], ['# not shown: its YAML is broken\n']);
    assert.match(notIncluded.join(), /its YAML is broken/);
  });
});
