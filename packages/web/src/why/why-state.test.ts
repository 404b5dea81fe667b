import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatWhy, parseWhy, whyPath } from './why-state.ts';

describe('a link to an explanation', () => {
  it('says which rule and as of when', () => {
    const state = { rule: 'High load', group: 'a&b', atMs: 1_700_000_000_000 };
    assert.deepEqual(parseWhy(formatWhy(state)), state);
    assert.equal(whyPath({ rule: 'High', group: 'shop' }), '/why?rule=High&group=shop');
  });

  it('is the list of rules where it says nothing', () => {
    assert.equal(whyPath({}), '/why');
    assert.deepEqual(parseWhy(''), { rule: '', group: '', atMs: undefined });
  });

  it('means now where its time is none', () => {
    assert.equal(parseWhy('rule=High&at=yesterday').atMs, undefined);
    assert.equal(parseWhy('rule=High&at=-5').atMs, undefined);
  });
});
