import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heightsOf } from './evaluations.ts';

describe('the bars of evaluations', () => {
  const check = (
    values: readonly (number | null)[],
    limit: number | null,
    expected: readonly [heights: readonly number[], limit: number | undefined],
  ): void => {
    const drawn = heightsOf(
      values.map((value) => ({ value })),
      limit,
    );
    assert.deepEqual([drawn.heights, drawn.limit], expected);
  };

  it('stand on zero, the limit among them', () => {
    check([1, 2, null], 4, [[22, 44, 0], 88]);
    check([-1, 1], 0, [[4, 88], 44]);
  });

  it('are seen where there is a value, and have no line where nothing could be seen', () => {
    check([0, 0.001, 1], null, [[4, 4, 88], undefined]);
    check([0, 0], 0, [[4, 4], undefined]);
    check([], null, [[], undefined]);
  });
});
