import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAlertMatcher, type Silence } from '../alertmanager/index.ts';
import { createSeededRandom } from '../platform/index.ts';
import { createLabels, isMatch } from '../series/index.ts';
import { createFindSilencing } from './in-force.ts';
import { COMMENT_TOLD_CHARS_MAX } from './limits.ts';

function createSilence(id: string, fields: Partial<Silence> = {}): Silence {
  return {
    id,
    matchers: [createAlertMatcher({ name: 'job', operator: '=~', value: 'a|b' })],
    startsAtMs: 100,
    endsAtMs: 200,
    updatedAtMs: 0,
    createdBy: 'Mina',
    comment: 'known',
    annotations: {},
    ...fields,
  };
}

const A = createLabels({ job: 'a' });
const C = createLabels({ job: 'c' });

describe('a silence in force', () => {
  it('holds from its start to its end for what it matches', () => {
    const find = createFindSilencing([createSilence('s')]);
    assert.deepEqual(
      [99, 100, 199, 200].map((atMs) => find(A, atMs)?.id),
      [undefined, 's', 's', undefined],
    );
    assert.equal(find(C, 150), undefined);
    // A clock that goes back.
    assert.equal(find(A, 150)?.id, 's');
  });

  it('is the one that ends last, where there are several', () => {
    const longer = createSilence('longer', { startsAtMs: 150, endsAtMs: 300 });
    const find = createFindSilencing([createSilence('s'), longer]);
    assert.deepEqual(
      [120, 160, 250].map((atMs) => find(A, atMs)?.untilMs),
      [200, 300, 300],
    );
  });

  it('tells the beginning of a long comment', () => {
    const find = createFindSilencing([createSilence('s', { comment: 'x'.repeat(5_000) })]);
    assert.equal(find(A, 150)?.comment.length, COMMENT_TOLD_CHARS_MAX + 1);
  });

  it('is found as a plain search would, at any instants in any order', () => {
    const random = createSeededRandom(7);
    const upTo = (count: number) => Math.floor(random.float() * count);
    const sets = ['a', 'b', 'c'].map((job) => createLabels({ job }));
    for (let round = 0; round < 50; round++) {
      const silences = Array.from({ length: upTo(5) }, (_, at) => {
        const startsAtMs = upTo(50);
        const value = ['a', 'b', 'a|c'][upTo(3)];
        const matchers = [createAlertMatcher({ name: 'job', operator: '=~', value })];
        return createSilence(`s${at}`, {
          matchers,
          startsAtMs,
          endsAtMs: startsAtMs + 1 + upTo(50),
        });
      });
      const find = createFindSilencing(silences);
      for (let look = 0; look < 40; look++) {
        const [labels, atMs] = [sets[upTo(3)], upTo(110)];
        const ends = silences
          .filter(({ startsAtMs, endsAtMs }) => startsAtMs <= atMs && atMs < endsAtMs)
          .filter(({ matchers }) => isMatch(matchers, labels))
          .map(({ endsAtMs }) => endsAtMs);
        const want = ends.length === 0 ? undefined : Math.max(...ends);
        assert.equal(find(labels, atMs)?.untilMs, want, `round ${round}, at ${atMs}`);
      }
    }
  });
});
