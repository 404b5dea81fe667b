import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prefersOpenMetrics } from './metrics-format.ts';

describe('the format of our own metrics', () => {
  it('is what the Accept header prefers, and text where it does not say', () => {
    const check = (accept: string | undefined, want: boolean): void =>
      assert.equal(prefersOpenMetrics(accept), want, String(accept));
    const openMetrics = 'application/openmetrics-text';
    check(undefined, false);
    check('', false);
    check('*/*', false);
    check('text/html,*/*;q=0.8', false);
    check(openMetrics, true);
    check(`${openMetrics};version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1`, true);
    check(`text/plain;q=0.9, Application/OpenMetrics-Text;q=0.8`, false);
    check(`text/plain,${openMetrics}`, false);
    check(`${openMetrics},text/plain`, true);
    check(`${openMetrics};q=0`, false);
    check(`${openMetrics};q=2`, false);
  });
});
