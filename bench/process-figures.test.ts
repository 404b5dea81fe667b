import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseProcessTicks, parseResidentBytes, sumMetric } from './process-figures.ts';

describe('/proc', () => {
  const stat = (command: string): string =>
    `4711 (${command}) S 1 4711 4711 0 -1 4194560 2000 0 0 0 120 34 0 0 20 0 11 0 90000 1 2`;

  it('says ticks of user and system time, whatever the command is called', () => {
    for (const command of ['node', 'a b', 'x) R 1 (y', '']) {
      assert.equal(parseProcessTicks(stat(command)), 154);
    }
  });

  it('says resident memory', () => {
    assert.equal(parseResidentBytes('Name:\tnode\nVmHWM:\t 9 kB\nVmRSS:\t  2048 kB\n'), 2_097_152);
  });

  it('is refused where it says something else', () => {
    assert.throws(() => parseProcessTicks('4711 (node) S 1'), /processor time/);
    assert.throws(() => parseResidentBytes('Name:\tnode\n'), /VmRSS/);
  });
});

describe('a metric of a server', () => {
  const text = [
    '# HELP a_total Of a.',
    '# TYPE a_total counter',
    'a_total{type="float"} 5',
    'a_total{type="hist o}gram"} 2 1700000000000',
    'a_total_more 100',
    'b 1.5e+06',
  ].join('\n');

  it('is the sum of all series of its name alone', () => {
    assert.equal(sumMetric(text, 'a_total'), 7);
    assert.equal(sumMetric(text, 'b'), 1_500_000);
  });

  it('is missed when it is not there', () => {
    assert.throws(() => sumMetric(text, 'a'), /hold no a$/);
  });
});
