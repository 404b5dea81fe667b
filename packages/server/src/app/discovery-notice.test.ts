import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DiscoveryState } from '../scrape/index.ts';
import { sayDiscoveries } from './discovery-notice.ts';

const STATE: DiscoveryState = {
  kind: 'consul',
  jobs: ['shop'],
  groupCount: 1,
  targetCount: 1,
  updateCount: 1,
  failureCount: 1,
  error: 'connection refused',
  failingSince: 0,
};

it('says so when targets can no longer be found, after some patience', () => {
  const check = (state: Partial<DiscoveryState>, nowMs: number, want: string): void => {
    let said = '';
    const notices = {
      raise: ({ details }: { readonly details: readonly string[] }) => {
        said = details.join();
      },
      clear: (code: string) => {
        said = `clear ${code}`;
      },
    };
    sayDiscoveries(notices, [{ ...STATE, ...state }], nowMs);
    assert.equal(said, want);
  };
  check({}, 29_999, 'clear discovery.failing');
  check({}, 30_000, 'consul for shop: connection refused');
  check({ kind: 'file' }, 1, 'file for shop: connection refused');
  check({ updateCount: 0 }, 1, 'consul for shop: connection refused');
  check({ error: undefined, failingSince: undefined }, 90_000, 'clear discovery.failing');
});
