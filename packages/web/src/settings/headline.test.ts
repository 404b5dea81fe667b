import assert from 'node:assert/strict';
import test from 'node:test';
import type { Settings } from '@nines/contract';
import { viewerTime } from '../format/time.ts';
import { describeSettings, findFaultLines } from './headline.ts';

const NOW = Date.UTC(2026, 10, 23, 3);

function check(config: Partial<Settings['config']>, want: string): void {
  const settings: Settings = {
    config: { file: 'nines.yaml', text: '', loadedAt: NOW, faults: [], ...config },
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
});

test('the lines that faults name are found, those of other files are not', () => {
  const faults = ['/etc/nines.yaml:14:7: x', 'rules/a.yml:3:1: y', 'nines.yaml:2: z', 'no place'];
  assert.deepEqual([...findFaultLines(faults, 'nines.yaml')], [14, 2]);
});
