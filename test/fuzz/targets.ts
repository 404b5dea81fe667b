/** All readers of bytes from outside. A reader that is not here is not fuzzed: add it. */
import { ALERTMANAGER_TARGETS } from './alertmanager-targets.ts';
import { ARCHIVE_TARGETS } from './archive-targets.ts';
import { CONFIG_TARGETS } from './config-targets.ts';
import { DISCOVERY_TARGETS } from './discovery-targets.ts';
import { PROBE_TARGETS } from './probe-targets.ts';
import { QUERY_TARGETS } from './query-targets.ts';
import { RECOVERY_TARGETS } from './recovery-targets.ts';
import { REMOTE_TARGETS } from './remote-targets.ts';
import { REPORT_TARGETS } from './report-targets.ts';
import { SCRAPE_TARGETS } from './scrape-targets.ts';
import { STORE_TARGETS } from './store-targets.ts';
import { TEXT_TARGETS } from './text-targets.ts';
import type { FuzzTarget } from './target.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...SCRAPE_TARGETS,
  ...REMOTE_TARGETS,
  ...QUERY_TARGETS,
  ...RECOVERY_TARGETS,
  ...STORE_TARGETS,
  ...CONFIG_TARGETS,
  ...DISCOVERY_TARGETS,
  ...PROBE_TARGETS,
  ...TEXT_TARGETS,
  ...ARCHIVE_TARGETS,
  ...ALERTMANAGER_TARGETS,
  ...REPORT_TARGETS,
];
