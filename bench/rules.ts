/**
 * What evaluating rules costs: 5,000 of them every 15 s, recording and alerting, over machines that
 * are scraped. What the same server takes without rules is taken off.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Bench, BenchContext } from './bench.ts';
import { METRIC_NAMES } from './exposition.ts';
import { endAll, startAll, startLoadServer } from './load.ts';
import { createConfig } from './load-shape.ts';
import { readProcessTicks, readTicksPerSecond } from './process-figures.ts';
import type { RunningContender } from './running.ts';

const RULES = 5_000;
/** Metrics that each machine has rules for; the others stand in rules over all machines. */
const OWN_METRICS = METRIC_NAMES.slice(-120);
const TARGETS = 20;
const SCRAPE_INTERVAL = '5s';
const RULE_INTERVAL_MS = 15_000;
/** Code is compiled here, and the ranges of the rules fill up. */
const WARM_UP_MS = 120_000;
/** Of the rules alone: some of their rounds. */
const RULES_WARM_UP_MS = 4 * RULE_INTERVAL_MS;
/** Whole rounds, at least as long as the window that was asked for. */
const ROUND_SECONDS = RULE_INTERVAL_MS / 1000;
const TIMEOUT_MS = 900_000;

export const rules: Bench = {
  name: 'rules',
  summary: `processor time for ${RULES} rules every ${ROUND_SECONDS} s, recording and alerting`,
  timeoutMs: TIMEOUT_MS,
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'nines-rules-'));
    const ruleFile = join(folder, 'rules.yml');
    writeFileSync(ruleFile, createRules());
    const load = await startLoadServer();
    const configOf = (side: string): string =>
      createConfig({
        port: load.port,
        side,
        kind: 'live',
        targets: TARGETS,
        interval: SCRAPE_INTERVAL,
      });
    const running = await startAll(context.contenders, ({ name }) => configOf(name));
    try {
      await setTimeout(WARM_UP_MS);
      const idle = await watch(context, running);
      for (const one of running) {
        one.reconfigure(`${configOf(one.contender.name)}rule_files: ['${ruleFile}']\n`);
      }
      await setTimeout(RULES_WARM_UP_MS);
      const busy = await watch(context, running);
      await assertSame(running);
      report(context, { idle, busy });
    } finally {
      await endAll(running);
      await load.stop();
      rmSync(folder, { recursive: true });
    }
  },
};

/** Seconds of processor time of each in a second. */
async function watch(
  { windowSeconds }: BenchContext,
  running: readonly RunningContender[],
): Promise<readonly number[]> {
  const rounds = Math.max(1, Math.ceil(windowSeconds / ROUND_SECONDS));
  const before = running.map(({ processId }) => readProcessTicks(processId));
  await setTimeout(rounds * RULE_INTERVAL_MS);
  const after = running.map(({ processId }) => readProcessTicks(processId));
  const seconds = rounds * ROUND_SECONDS * readTicksPerSecond();
  return after.map((ticks, index) => (ticks - before[index]) / seconds);
}

function report(
  context: BenchContext,
  { idle, busy }: { readonly idle: readonly number[]; readonly busy: readonly number[] },
): void {
  const load = `${RULES} rules every ${ROUND_SECONDS} s over ${TARGETS} targets of 500 series every ${SCRAPE_INTERVAL}`;
  const ofRules = busy.map((share, index) => (share - idle[index]) * ROUND_SECONDS);
  const common = { unit: 's', better: 'lower', load } as const;
  context.report({ ...common, name: 'rules_cpu_seconds_per_round', values: ofRules });
  const all = busy.map((share) => share * ROUND_SECONDS);
  context.report({ ...common, name: 'rules_all_cpu_seconds_per_round', values: all });
}

/** All sides must have recorded the same series, and have the same alerts. */
async function assertSame(running: readonly RunningContender[]): Promise<void> {
  const query = 'count by (__name__, alertname) ({__name__=~"bench:.*|ALERTS"})';
  const all = await Promise.all(running.map(async (one) => countsOf(one, query)));
  for (const [index, one] of all.entries()) {
    if (one === all[0] && one !== '') continue;
    const { name } = running[index].contender;
    throw new Error(`${name} has other series of rules than ${running[0].contender.name}, or none`);
  }
}

async function countsOf(one: RunningContender, query: string): Promise<string> {
  const text = await one.get(`/api/v1/query?${new URLSearchParams({ query })}`);
  const counts = text.matchAll(/"metric":(\{[^}]*\}),"value":\[[^,]+,("[^"]+")\]/g);
  return Array.from(counts, ([, metric, count]) => `${metric} ${count}`)
    .sort()
    .join('\n');
}

/** A group for each machine, with a recording and an alerting rule for each metric; one for all. */
function createRules(): string {
  const groups = Array.from({ length: TARGETS }, (_, index) => ({
    name: `host-${index}`,
    rules: OWN_METRICS.flatMap((name) => createPair(name, `host-${index}:9100`)),
  }));
  const own = groups.reduce((sum, group) => sum + group.rules.length, 0);
  const fleet = createFleetRules().slice(0, RULES - own);
  if (own + fleet.length !== RULES) throw new Error(`there are ${own + fleet.length} rules`);
  const all = [...groups, { name: 'fleet', rules: fleet }];
  const interval = `${ROUND_SECONDS}s`;
  // JSON is YAML.
  return JSON.stringify({ groups: all.map((group) => ({ ...group, interval })) });
}

type Rule = Readonly<Record<string, unknown>>;

function createPair(name: string, instance: string): readonly Rule[] {
  const own = `${name}{instance="${instance}"}`;
  const isBucket = name.endsWith('_bucket');
  const isCounter = isBucket || /_(?:total|sum|count)$/.test(name);
  const rate = `sum by (instance${isBucket ? ', le' : ''}) (rate(${own}[2m]))`;
  const value = isCounter ? rate : `max by (instance) (${own})`;
  const watched = isBucket ? `histogram_quantile(0.99, ${rate})` : value;
  return [
    { record: `bench:${name}`, expr: watched },
    {
      alert: `High_${name}`,
      expr: `${watched} > 1e15`,
      for: '5m',
      labels: { severity: 'page' },
      annotations: { summary: '{{ $labels.instance }} has {{ $value | humanize }}' },
    },
  ];
}

/** Over all machines; some alerts fire. */
function createFleetRules(): readonly Rule[] {
  return METRIC_NAMES.flatMap((name): readonly Rule[] => [
    { record: `bench:fleet:${name}`, expr: `sum by (job) (${name})` },
    { alert: `Absent_${name}`, expr: `absent(${name})`, for: '1m' },
    { alert: `Some_${name}`, expr: `count by (job) (${name}) > 0`, for: '15s' },
  ]);
}
