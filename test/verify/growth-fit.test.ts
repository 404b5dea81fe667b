import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitExponent, steepestExponent } from './growth-fit.ts';

const curve = (cost: (size: number) => number) =>
  [1e4, 1e5, 1e6].map((size) => ({ size, cpuMs: cost(size) }));

describe('fitting exponents', () => {
  it('finds the exponent of a power law', () => {
    for (const exponent of [0, 0.5, 1, 2]) {
      const points = curve((size) => 3 * size ** exponent);
      assert.equal(fitExponent(points), exponent);
      assert.equal(steepestExponent(points), exponent);
    }
  });

  it('sees a curve behind a fixed cost', () => {
    const points = curve((size) => 10_000 + size ** 2 / 1e5);
    assert.ok(fitExponent(points) < 1.5);
    assert.ok(steepestExponent(points) > 1.9);
  });
});
