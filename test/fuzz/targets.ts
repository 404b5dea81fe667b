/** All readers of bytes from outside. A reader that is not here is not fuzzed: add it. */
import { CONFIG_TARGETS } from './config-targets.ts';
import { DISCOVERY_TARGETS } from './discovery-targets.ts';
import { QUERY_TARGETS } from './query-targets.ts';
import { REMOTE_TARGETS } from './remote-targets.ts';
import { SCRAPE_TARGETS } from './scrape-targets.ts';
import { STORE_TARGETS } from './store-targets.ts';
import type { FuzzTarget } from './target.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...SCRAPE_TARGETS,
  ...REMOTE_TARGETS,
  ...QUERY_TARGETS,
  ...STORE_TARGETS,
  ...CONFIG_TARGETS,
  ...DISCOVERY_TARGETS,
];
