import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Alerts } from '../alerts/index.ts';
import { createManualClock, createSilentLog, errorMessage, invalid } from '../platform/index.ts';
import { createRuleManager, readRuleFile } from '../rules/index.ts';
import { createRuleWatch } from './rule-watch.ts';

const FILE = `
groups:
  - name: shop
    interval: 1s
    rules:
      - { alert: HighErrors, expr: errors > 0 }
      - { alert: Slow, expr: latency > 1 }
`;

async function createStage() {
  const clock = createManualClock();
  const broken = new Set<string>();
  const said: string[] = [];
  const internal: Alerts['internal'] = {
    async raiseInternal({ name, annotations }) {
      said.push(`${name}: ${annotations.summary}\n${annotations.description}`);
    },
    clearInternal: async (name) => void said.push(`${name} is over`),
  };
  const rules = createRuleManager({
    evaluate(expression) {
      if (broken.has(expression)) throw invalid('QUERY_FAILED', 'many-to-many matching');
      return [];
    },
    write: () => {},
    persist: async () => {},
    restore: async () => [],
    clock,
    log: createSilentLog(),
    externalUrl: '',
  });
  const { groups } = readRuleFile({ text: FILE, file: 'r.yml', checkExpression: () => undefined });
  await rules.apply(groups);
  const watch = createRuleWatch({ rules, internal });
  return {
    broken,
    look: async () => {
      clock.advance(1000);
      await rules.evaluateDue().catch((error: unknown) => said.push(errorMessage(error)));
      await watch();
      return said.splice(0);
    },
  };
}

describe('the watch over rules', () => {
  it('tells of a rule that fails twice in a row, once, and when it is over', async () => {
    const { broken, look } = await createStage();
    assert.deepEqual(await look(), []);
    broken.add('errors > 0');
    assert.deepEqual(await look(), []);
    assert.deepEqual(await look(), [
      'NinesRulesFailing: 1 rule cannot be evaluated\n' +
        'HighErrors (r.yml:6): many-to-many matching\n' +
        'Until it is mended, it keeps the alerts that it has and raises no new ones.',
    ]);
    assert.deepEqual(await look(), []);
    broken.clear();
    assert.deepEqual(await look(), ['NinesRulesFailing is over']);
  });
  it('says nothing of a rule that fails now and then', async () => {
    const { broken, look } = await createStage();
    for (const expression of ['errors > 0', 'latency > 1']) {
      broken.clear();
      broken.add(expression);
      assert.deepEqual(await look(), []);
    }
  });
});
