/**
 * The promise: who replaces Alertmanager by `nines alertmanager` is told the same. Seen with the real
 * one, where this machine has it; `npm run verify -- alertmanager` plays a thousand changes.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findPrograms } from '../harness/peers.ts';
import { compareAlertmanagers } from './differential.ts';

const [peer] = findPrograms('prometheus-alertmanager');

it('Alertmanager and Nines notify alike', {
  skip: peer === undefined && 'no Alertmanager here',
}, async () => {
  assert.ok(peer !== undefined);
  const seed = 7;
  const report = await compareAlertmanagers({ peer, changeCount: 30, groupCount: 30, seed });
  assert.deepEqual(report.misses, [], `seed ${seed}`);
  assert.ok(report.notifications > 15, JSON.stringify(report));
});
