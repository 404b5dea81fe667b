import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runKillRounds } from './kill-rounds.ts';

it('loses no answered batch, and keeps none in part, when its process is killed', async () => {
  const seed = 20_260_905;
  const report = await runKillRounds({ rounds: 3, seed });
  assert.deepEqual(
    { lostCount: report.lostCount, halfCount: report.halfCount },
    { lostCount: 0, halfCount: 0 },
    `seed ${seed}`,
  );
  assert.ok(report.answeredCount > 0);
});
