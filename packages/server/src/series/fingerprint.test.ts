import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fingerprintOf } from './fingerprint.ts';
import { createLabels } from './labels.ts';

it('fingerprints labels as Prometheus and Alertmanager do', () => {
  const check = (labels: Record<string, string>, want: bigint): void =>
    assert.equal(BigInt(`0x${fingerprintOf(createLabels(labels))}`), want);
  // From prometheus/common, model/signature_test.go.
  check({}, 14_695_981_039_346_656_037n);
  check({ name: 'garland, briggs', fear: 'love is not enough' }, 5_799_056_148_416_392_346n);
  assert.equal(fingerprintOf(createLabels({})).length, 16);
});

it('fingerprints texts by their bytes of UTF-8', () => {
  for (const text of ['Zürich', 'a→b', '🌊 high', 'ASCII', 'half \ud83c']) {
    const want = hashBytes(Buffer.from(`name\0${text}\0`).map((byte) => byte || 0xff));
    assert.equal(BigInt(`0x${fingerprintOf(createLabels({ name: text }))}`), want, text);
  }
});

/** FNV-1a as its authors write it, over integers of any length. */
function hashBytes(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
