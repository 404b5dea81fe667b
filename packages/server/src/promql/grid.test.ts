import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { GridBuilder } from './grid.ts';
import { DEFAULT_QUERY_LIMITS, LOOKBACK_MS, SUBQUERY_STEP_MS } from './limits.ts';
import { Run } from './run.ts';
import { createTestStore } from './testing.ts';

const STEPS = 3;

function createRun(): Run {
  return new Run({
    queryable: createTestStore(),
    clock: createManualClock(),
    limits: DEFAULT_QUERY_LIMITS,
    window: { startMs: 0, endMs: 2, stepMs: 1 },
    lookbackMs: LOOKBACK_MS,
    subqueryStepMs: SUBQUERY_STEP_MS,
    isCancelled: () => false,
  });
}

describe('building a grid', () => {
  const check = (name: string, filled: number | undefined, isKept: boolean): void => {
    it(name, () => {
      const run = createRun();
      const builder = new GridBuilder(run, STEPS, 4);
      builder.present[builder.addRow(createLabels({ row: 'before' }), false)] = 1;
      const base = builder.addRow(createLabels({ row: 'last' }), false);
      if (filled !== undefined) builder.present[base + filled] = 1;
      assert.equal(builder.keepIfPresent(base), isKept);
      assert.equal(builder.rowCount, isKept ? 2 : 1);
      assert.equal(run.samplesHeld, builder.rowCount * STEPS);
    });
  };
  check('keeps a row with a value at its first step', 0, true);
  check('keeps a row with a value at its last step', STEPS - 1, true);
  check('takes a row without values back', undefined, false);
  // Room for a hundred thousand rows may lie there; a look at all of it for each empty row takes
  // minutes.
  check('judges a row by its own cells, not by the room behind it', STEPS, false);
});
