import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { scoreJaroWinkler, scoreName, scoreSubsequence, type SearchTerms } from './search-score.ts';

const SEARCH: SearchTerms = {
  terms: [],
  algorithm: 'subsequence',
  threshold: 0,
  isCaseSensitive: true,
};

describe('the score of a search', () => {
  it('is high for runs and 0 where a character is missing', () => {
    const check = (typed: string, text: string, score: number): void =>
      assert.equal(scoreSubsequence(typed, text), score, `${typed} in ${text}`);
    check('total', 'http_requests_total', 1);
    check('htot', 'http_requests_total', (4 + 4) / 16);
    check('hrt', 'http_requests_total', 3 / 9);
    check('tth', 'total', 0);
    check('aab', 'aaxab', (4 + 1) / 9);
  });

  it("is Winkler's for texts with mistakes", () => {
    const check = (a: string, b: string, score: number): void => {
      assert.equal(scoreJaroWinkler(a, b).toFixed(3), score.toFixed(3), `${a}, ${b}`);
      assert.equal(scoreJaroWinkler(b, a).toFixed(3), score.toFixed(3), `${b}, ${a}`);
    };
    // The examples of Winkler's table, as they are quoted everywhere.
    check('MARTHA', 'MARHTA', 0.961);
    check('DWAYNE', 'DUANE', 0.84);
    check('DIXON', 'DICKSONX', 0.813);
    check('abc', 'xyz', 0);
    check('', 'a', 0);
  });

  it('takes the best term, and none below the threshold', () => {
    const check = (more: Partial<SearchTerms>, name: string, score: number | undefined): void =>
      assert.equal(scoreName({ ...SEARCH, ...more }, name), score);
    check({}, 'anything', 1);
    check({ terms: ['up', 'http'] }, 'http_requests', 1);
    check({ terms: ['HTTP'] }, 'http_requests', undefined);
    check({ terms: ['HTTP'], isCaseSensitive: false }, 'http_requests', 1);
    check({ terms: ['hrq'], threshold: 0.5 }, 'http_requests', undefined);
    check({ terms: ['requests'], algorithm: 'jarowinkler' }, 'http_requests', 0.9);
    check({ terms: ['http_reqeusts'], algorithm: 'jarowinkler', threshold: 0.9 }, 'up', undefined);
  });

  it('is between 0 and 1 for whatever is typed', () => {
    const random = createSeededRandom(7);
    const text = (): string =>
      Array.from({ length: Math.floor(random.float() * 12) }, () =>
        'ab_🙂'.charAt(Math.floor(random.float() * 5)),
      ).join('');
    for (let i = 0; i < 20_000; i++) {
      const [typed, name] = [text(), text()];
      if (typed === '') continue;
      for (const score of [scoreSubsequence(typed, name), scoreJaroWinkler(typed, name)]) {
        assert.ok(score >= 0 && score <= 1, `"${typed}" in "${name}": ${score}`);
      }
    }
  });
});
