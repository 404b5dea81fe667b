import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNextStepRoutes, type NextStepSources } from './next-steps.ts';

const NOTHING: NextStepSources = {
  targets: () => [],
  ownJobs: () => new Set(['nines', 'node']),
  findFirstExternal: async () => undefined,
  channels: () => [],
  now: () => 9,
  configFile: () => undefined,
  configFolder: '/srv/nines',
};
const context = {
  actor: undefined,
  clientAddress: '',
  sessionToken: undefined,
  watchClient: () => new AbortController().signal,
  setSessionToken: () => {},
};

/** A server of which more is seen with time. */
function setUp() {
  let sources = NOTHING;
  const { getNextSteps } = createNextStepRoutes({
    ...NOTHING,
    targets: () => sources.targets(),
    ownJobs: () => sources.ownJobs(),
    findFirstExternal: async () => sources.findFirstExternal(),
    channels: () => sources.channels(),
    configFile: () => sources.configFile(),
  });
  const see = (more: Partial<NextStepSources>): void => {
    sources = { ...NOTHING, ...more };
  };
  const ask = async () => getNextSteps({ params: {}, query: {}, body: {} }, context);
  const list = async () => (await ask()).steps.map(({ doneAt, doneBy }) => [doneAt, doneBy]);
  return { see, ask, list };
}
const TODO = [null, null];

describe('next steps', () => {
  it('are all to be done at first, and say where a configuration is looked for', async () => {
    const { ask } = setUp();
    assert.deepEqual(await ask(), {
      steps: [
        { kind: 'scrape', doneAt: null, doneBy: null },
        { kind: 'alerts', doneAt: null, doneBy: null },
        { kind: 'channel', doneAt: null, doneBy: null },
      ],
      configFile: null,
      configFolder: '/srv/nines',
    });
  });

  it('turn green by what is seen, not by Nines itself, and do not turn back', async () => {
    const { see, list } = setUp();
    const up = { health: 'up', healthSince: 5 };
    const down = { health: 'down', healthSince: 7 };
    see({
      targets: () => [
        { scrapePool: 'nines', ...up },
        { scrapePool: 'shop', ...down },
      ],
      channels: () => [
        { name: 'browser', kind: 'browser', proof: { deliveredAtMs: 3 } },
        { name: 'webhook/ops', kind: 'webhook', proof: undefined },
      ],
    });
    assert.deepEqual(await list(), [TODO, TODO, TODO]);
    see({
      targets: () => [
        { scrapePool: 'nines', ...up },
        { scrapePool: 'shop', ...up },
      ],
      findFirstExternal: async () => ({ atMs: 4, sender: 'Prometheus at 10.0.0.7' }),
      channels: () => [
        { name: 'webhook/ops', kind: 'webhook', proof: { deliveredAtMs: 8 } },
        { name: 'email/oncall', kind: 'email', proof: { deliveredAtMs: 6 } },
      ],
    });
    const all = [
      [5, 'job "shop"'],
      [4, 'Prometheus at 10.0.0.7'],
      [6, 'email/oncall'],
    ];
    assert.deepEqual(await list(), all);
    see({ targets: () => [{ scrapePool: 'shop', ...down }] });
    assert.deepEqual(await list(), all);
  });

  it('leaves a job to whoever declares it, whatever its name', async () => {
    const { see, list } = setUp();
    see({
      ownJobs: () => new Set(['nines']),
      targets: () => [{ scrapePool: 'node', health: 'up', healthSince: undefined }],
    });
    assert.deepEqual(await list(), [[9, 'job "node"'], TODO, TODO]);
  });
});
