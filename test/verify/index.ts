/** All verifications, in the order of the way from a first start to a page. */
import { alertmanager } from './alertmanager.ts';
import { alertmanagerLoad } from './alertmanager-load.ts';
import { alertmanagerKills } from './alertmanager-kills.ts';
import { alertmanagerSenders } from './alertmanager-senders.ts';
import { alertmanagerPair } from './alertmanager-pair.ts';
import { alertmanagerPowerCut } from './alertmanager-power-cut.ts';
import { backup } from './backup.ts';
import { badTargets } from './bad-targets.ts';
import { bench } from './bench.ts';
import { costGrowth } from './cost-growth.ts';
import { conformancePromql } from './conformance-promql.ts';
import { demoHour } from './demo-hour.ts';
import { demoStory } from './demo-story.ts';
import { differentialFuzz } from './differential-fuzz.ts';
import { differential } from './differential.ts';
import { aggregates } from './aggregates.ts';
import { diskFull } from './disk-full.ts';
import { disk } from './disk.ts';
import { firstMinute } from './first-minute.ts';
import { fuzz } from './fuzz.ts';
import { importReports } from './import-reports.ts';
import { ingest } from './ingest.ts';
import { killNine } from './kill-9.ts';
import { pageBudget } from './page-budget.ts';
import { pageLoop } from './page-loop.ts';
import { powerCut } from './power-cut.ts';
import { queryLive } from './query-live.ts';
import { recordKills } from './record-kills.ts';
import { restart } from './restart.ts';
import { rulesLoad } from './rules-load.ts';
import { seriesMemory } from './series-memory.ts';
import { signals } from './signals.ts';
import { sloExact } from './slo-exact.ts';
import type { Verification } from './verification.ts';

export type { Verification, VerificationResult } from './verification.ts';

export const VERIFICATIONS: readonly Verification[] = [
  firstMinute,
  demoStory,
  pageLoop,
  pageBudget,
  badTargets,
  signals,
  sloExact,
  conformancePromql,
  importReports,
  differential,
  differentialFuzz,
  fuzz,
  killNine,
  recordKills,
  alertmanager,
  alertmanagerSenders,
  alertmanagerKills,
  alertmanagerPowerCut,
  alertmanagerLoad,
  alertmanagerPair,
  powerCut,
  backup,
  disk,
  aggregates,
  diskFull,
  demoHour,
  bench,
  ingest,
  restart,
  rulesLoad,
  seriesMemory,
  queryLive,
  costGrowth,
];
