/** A sample of `npm run verify -- kill-9`: the promises of a server that is killed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runKills } from '../kill-9/rounds.ts';

const ROUNDS = 2;
const SEED = 20_260_308;

describe('a server that is killed under load', () => {
  it('has all values, alerts and acknowledgements afterwards, and sends the page that waited', async () => {
    const report = await runKills({ rounds: ROUNDS, seed: SEED });
    assert.deepEqual(report.misses, []);
    assert.equal(report.pagesDelivered, ROUNDS);
    assert.equal(report.alertsSeen, 2 * ROUNDS);
    assert.ok(report.histogramsTaken > 0, 'nothing was taken by remote write');
    assert.ok(report.valuesSeen > 1_000, `only ${report.valuesSeen} values were seen`);
  });
});
