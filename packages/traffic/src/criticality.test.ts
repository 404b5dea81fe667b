import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CRITICALITIES,
  CRITICALITY_HEADER,
  createRequestContext,
  lowerCriticality,
  readCriticality,
} from './index.ts';

describe('criticality', () => {
  it('is read from outside, and anything else counts as the fallback', () => {
    for (const one of CRITICALITIES) assert.equal(readCriticality(one, 'SHEDDABLE'), one);
    const strangers: readonly unknown[] = [
      undefined,
      null,
      '',
      'critical',
      ' CRITICAL',
      'CRITICAL, SHEDDABLE',
      ['CRITICAL_PLUS'],
      'constructor',
      0,
      { toString: () => 'CRITICAL_PLUS' },
    ];
    for (const value of strangers) {
      assert.equal(readCriticality(value), 'CRITICAL');
      assert.equal(readCriticality(value, 'SHEDDABLE_PLUS'), 'SHEDDABLE_PLUS');
    }
  });

  it('is ordered from the most to the least important', () => {
    CRITICALITIES.forEach((a, i) =>
      CRITICALITIES.forEach((b, j) =>
        assert.equal(lowerCriticality(a, b), CRITICALITIES[Math.max(i, j)]),
      ),
    );
  });
});

describe('a request context', () => {
  it('carries the criticality through awaits, and keeps requests apart', async () => {
    const context = createRequestContext();
    const serve = async (of: 'CRITICAL_PLUS' | 'SHEDDABLE'): Promise<unknown> =>
      context.run(of, async () => {
        await Promise.resolve();
        await new Promise<void>((done) => void setImmediate(done));
        return context.headers();
      });
    assert.deepEqual(await Promise.all([serve('CRITICAL_PLUS'), serve('SHEDDABLE')]), [
      { [CRITICALITY_HEADER]: 'CRITICAL_PLUS' },
      { [CRITICALITY_HEADER]: 'SHEDDABLE' },
    ]);
  });

  it('nests, and ends with its work', () => {
    const context = createRequestContext({ fallback: 'SHEDDABLE_PLUS' });
    assert.equal(context.criticality(), 'SHEDDABLE_PLUS');
    context.run('CRITICAL', () => {
      assert.equal(
        context.run('SHEDDABLE', () => context.criticality()),
        'SHEDDABLE',
      );
      assert.equal(context.criticality(), 'CRITICAL');
    });
    assert.throws(() =>
      context.run('CRITICAL', () => {
        throw new Error('the work failed');
      }),
    );
    assert.equal(context.criticality(), 'SHEDDABLE_PLUS');
  });

  it('is one of several that do not see each other', () => {
    const one = createRequestContext();
    const other = createRequestContext();
    one.run('SHEDDABLE', () => assert.equal(other.criticality(), 'CRITICAL'));
  });
});
