import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseVersion } from './contender.ts';
import { renderBody, SERIES_PER_BODY } from './exposition.ts';
import { countResults } from './query.ts';

const samplesOf = (body: string): ReadonlyMap<string, number> =>
  new Map(
    body
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [, series, value] = /^(\S+) (\S+)/.exec(line) ?? [];
        return [series, Number(value)];
      }),
  );

describe('a synthetic machine', () => {
  it('has the series that it promises, each once, and says the time when asked to', () => {
    const body = renderBody(3, 1_700_000_000_000);
    assert.equal(samplesOf(body).size, SERIES_PER_BODY);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(lines.length, SERIES_PER_BODY);
    for (const line of lines) assert.match(line, /^\S+ \S+ 1700000000000$/);
  });

  it('has counters and buckets that never fall, and gauges that move or stand still', () => {
    const before = samplesOf(renderBody(999));
    const after = samplesOf(renderBody(1000));
    let changed = 0;
    for (const [series, value] of before) {
      const next = after.get(series) ?? Number.NaN;
      assert.ok(Number.isFinite(next), series);
      if (/_(total|bucket|count|sum)\b/.test(series)) assert.ok(next >= value, series);
      if (next !== value) changed++;
    }
    assert.ok(changed > 300 && changed < SERIES_PER_BODY - 50, `${changed} series change`);
  });
});

describe('what others answer', () => {
  it('tells how many results there are', () => {
    assert.equal(countResults('{"status":"success","data":{"result":[{},{}]}}'), 2);
    assert.equal(countResults('{"status":"error"}'), 0);
  });

  it('tells the version', () => {
    assert.equal(parseVersion('prometheus, version 3.5.3+ds1 (branch: x)\n  go'), '3.5.3+ds1');
    assert.equal(parseVersion('?'), 'unknown');
  });
});
