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
