import assert from 'node:assert/strict';
import test from 'node:test';
import type { Settings } from '@nines/contract';
import { viewerTime } from '../format/time.ts';
import { describeSettings, findFaultLines, findIgnoredLines, shortenPlace } from './headline.ts';

const NOW = Date.UTC(2026, 10, 23, 3);

function check(config: Partial<Settings['config']>, want: string): void {
  const settings: Settings = {
    config: {
      file: 'nines.yaml',
      text: '',
      loadedAt: NOW,
      faults: [],
      ignored: [],
      advice: [],
      ...config,
    },
    services: [],
    escalationPolicies: [],
    webhooks: [],
    emails: [],
    smtp: null,
    ruleFiles: [],
  };
  const text = describeSettings(settings, NOW).map((part) => part.text);
  assert.equal(text.join(' '), want);
}

test('the first line says whether what was written is in force', () => {
  const time = viewerTime.clock(NOW);
  check({}, `nines.yaml is in force as of ${time}.`);
  check({ file: null }, 'No configuration file: Nines watches itself.');
  check(
    { faults: ['a', 'b'] },
    `nines.yaml was rejected for 2 faults. What was read at ${time} stays in force.`,
  );
  check(
    { ignored: ['a'] },
    `nines.yaml is in force as of ${time}. 1 part of it has no effect here.`,
  );
});

test('what has no effect is marked with all that stands below it', () => {
  const text = 'a:\n  b:\n    c: 1\n  d: 2\ne:\n- f:\n  - g\n  h: 3\ni: 4\n';
  const marked = (...lines: readonly number[]): readonly number[] => {
    const ignored = lines.map((line) => `f.yml:${line}:1: x`);
    return [...findIgnoredLines(ignored, 'f.yml', text)];
  };
  assert.deepEqual(marked(2), [2, 3]);
  assert.deepEqual(marked(1, 9), [1, 2, 3, 4, 9]);
  assert.deepEqual(marked(5), [5, 6, 7, 8]);
  assert.deepEqual(marked(6), [6, 7]);
});

test('a remark on this file is told by its line, others by their file', () => {
  const shorten = (line: string): string => shortenPlace(line, '/etc/nines.yaml');
  assert.equal(shorten('/etc/nines.yaml:14:7: a: b'), 'line 14: a: b');
  assert.equal(shorten('/etc/rules/a.yml:3:1: c'), 'a.yml:3: c');
  assert.equal(shorten('no place'), 'no place');
});

test('the lines that faults name are found, those of other files are not', () => {
  const faults = ['/etc/nines.yaml:14:7: x', 'rules/a.yml:3:1: y', 'nines.yaml:2: z', 'no place'];
  assert.deepEqual([...findFaultLines(faults, 'nines.yaml')], [14, 2]);
});
