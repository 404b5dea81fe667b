import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listRuleFiles } from './built-in-rules.ts';
import { type Config, readConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';
import { listOwnJobs, ownScrapeConfigs } from './self-scrape.ts';

function read(text: string): Config {
  const { config, faults } = readConfig({ text, file: '/etc/nines.yaml', checkExpression });
  assert.deepEqual(faults, []);
  return config;
}

describe('what Nines watches without being told to', () => {
  const check = (name: string, text: string, jobs: readonly string[]): void => {
    it(name, () => assert.deepEqual([...listOwnJobs(read(text))], jobs));
  };
  check('itself and its machine', '', ['nines', 'node']);
  check('the same beside what is declared', 'scrape_configs: [{job_name: shop}]', [
    'nines',
    'node',
  ]);
  check('not what somebody declares', 'scrape_configs: [{job_name: node}]', ['nines']);
  check('not itself', 'watch: {self: false}', ['node']);
  check('nothing', 'watch: {self: false, host: false}', []);

  it('has a target and an instance for each', () => {
    const configs = ownScrapeConfigs(new Set(['nines', 'node']), 'https://nines.example.com');
    assert.deepEqual(
      configs.map(({ jobName }) => jobName),
      ['nines', 'node'],
    );
  });

  it('brings its rules first, and none once it does not watch itself', () => {
    assert.deepEqual(
      listRuleFiles(read('')).map(({ file }) => file),
      ['built-in/nines.yaml'],
    );
    assert.deepEqual(listRuleFiles(read('watch: {self: false}')), []);
  });
});
