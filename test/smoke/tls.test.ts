/** The promise: with a certificate, even one that nobody signed, the server and its commands work. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createScratchFolder, runCommandLine, startServer } from '../harness/server.ts';

const SUBJECT = ['-subj', '/CN=nines.example', '-addext', 'subjectAltName=DNS:nines.example'];

/** Makes a certificate that signs itself; answers whether this machine could. */
function makeCertificate(dir: string, name: string): boolean {
  const files = ['-keyout', join(dir, `${name}.key`), '-out', join(dir, `${name}.crt`)];
  const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  return spawnSync('openssl', ['req', ...how, '-days', '2', ...SUBJECT, ...files]).status === 0;
}

const dir = createScratchFolder();
const skip = makeCertificate(dir, 'a') && makeCertificate(dir, 'b') ? false : 'there is no openssl';
const configOf = (cert: string, key: string): string =>
  `server: { tls: { cert_file: ${join(dir, cert)}, key_file: ${join(dir, key)} } }\n`;

describe('TLS', { skip }, () => {
  it('is what the server speaks, and commands on its data folder trust it and nobody else', async () => {
    const server = await startServer({ config: configOf('a.crt', 'a.key') });
    const query = async (...args: string[]) => runCommandLine(['query', '1 + 1', ...args]);
    try {
      assert.match(server.url, /^https:/);
      const local = await query('--data', server.dataDir);
      assert.deepEqual([local.code, local.stdout, local.stderr], [0, '2\n', '']);
      const stranger = await query('--url', server.url);
      assert.equal(stranger.code, 3);
      assert.match(stranger.stderr, /is not trusted here .*NODE_EXTRA_CA_CERTS/);
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  it('is refused at the start where key and certificate are no pair', async () => {
    const file = join(dir, 'nines.yaml');
    writeFileSync(file, configOf('a.crt', 'b.key'));
    const run = await runCommandLine(['serve', '--config', file, '--listen', '127.0.0.1:0']);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /nines\.yaml:1:\d+: server\.tls: cannot use this certificate and key/);
  });
});
