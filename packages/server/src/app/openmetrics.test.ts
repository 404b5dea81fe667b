import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { checkMetrics } from '../scrape/index.ts';
import { formatOpenMetrics } from './openmetrics.ts';

describe('our own metrics in OpenMetrics', () => {
  it('say what they say in text, hold to the specification, and change nothing', async () => {
    const registry = new Registry();
    const registers = [registry];
    new Counter({ name: 'a_total', help: 'A "b"\n\\.', labelNames: ['l'], registers }).inc({
      l: '"\n\\',
    });
    new Counter({ name: 'b', help: 'B.', registers }).inc(2);
    new Gauge({ name: 'c', help: 'C.', registers }).set(Number.NEGATIVE_INFINITY);
    new Histogram({ name: 'd', help: 'D.', buckets: [0.5], registers }).observe(1);
    const before = await registry.metrics();
    const text = formatOpenMetrics(await registry.getMetricsAsJSON());
    assert.deepEqual(text.split('\n'), [
      '# HELP a A \\"b\\"\\n\\\\.',
      '# TYPE a counter',
      'a_total{l="\\"\\n\\\\"} 1',
      '# HELP b B.',
      '# TYPE b counter',
      'b_total 2',
      '# HELP c C.',
      '# TYPE c gauge',
      'c -Inf',
      '# HELP d D.',
      '# TYPE d histogram',
      'd_bucket{le="0.5"} 0',
      'd_bucket{le="+Inf"} 1',
      'd_sum 1',
      'd_count 1',
      '# EOF',
      '',
    ]);
    assert.deepEqual(
      checkMetrics(Buffer.from(text), { format: 'openmetrics', hasAdvice: false }),
      [],
    );
    assert.equal(await registry.metrics(), before);
  });
});
