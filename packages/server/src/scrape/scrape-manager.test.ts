import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type ManualClock,
  readYaml,
  unavailable,
} from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import type { ScrapeConfig, TargetGroup } from './config.ts';
import { DEFAULT_GLOBAL, readScrapeConfigs } from './config-reader.ts';
import type { DiscoverySink } from './discovery/discovery.ts';
import { beginByPromise, type FetchBody, type FetchRequest } from './fetch-body.ts';
import { createScrapeManager, type ScrapeManager } from './scrape-manager.ts';
import type { ShardConfig } from './shard.ts';
import { addressLabels } from './target.ts';
import type { HealthChange } from './target-view.ts';
import { createMemoryAppender, type MemoryAppender } from './testing.ts';

const START_MS = 1_700_000_000_000;

function readConfigs(text: string): ScrapeConfig[] {
  const { root, faults } = readYaml({ text, file: 'f' });
  const configs = readScrapeConfigs([root], DEFAULT_GLOBAL);
  assert.deepEqual(faults, []);
  return configs;
}

/** A manager whose targets are answered by a function, on a clock of the test's own. */
class Bench {
  readonly clock: ManualClock = createManualClock(START_MS);
  readonly appender: MemoryAppender = createMemoryAppender();
  readonly requests: FetchRequest[] = [];
  readonly changes: HealthChange[] = [];
  /** How far the wall clock has been set away from the clock that timers keep. */
  skewMs = 0;
  /** How long the process has stood still: clocks went on, timers did not. */
  stoodMs = 0;
  readonly manager: ScrapeManager;
  answer: FetchBody = async () => this.text('a 1\n');

  /** What the discoveries of the jobs tell, by their kind. */
  readonly sinks: DiscoverySink[] = [];
  stoppedCount = 0;

  constructor(fetchers: Readonly<Record<string, FetchBody>> = {}) {
    this.manager = createScrapeManager({
      appender: this.appender,
      clock: {
        ...this.clock,
        now: () => this.clock.now() + this.stoodMs + this.skewMs,
        monotonicMs: () => this.clock.monotonicMs() + this.stoodMs,
      },
      log: createSilentLog(),
      random: createSeededRandom(1),
      version: '1.0.0',
      fetchers,
      createFetcher: () => ({
        begin: beginByPromise(async (request) => {
          this.requests.push(request);
          return this.answer(request);
        }),
        close: () => {},
      }),
      createDiscovery: () => ({
        start: (sink) => this.sinks.push(sink),
        stop: () => {
          this.stoppedCount++;
        },
      }),
      firstScrapeWithinMs: 1_000,
      externalHostname: 'nines.example',
      onHealthChange: (change) => this.changes.push(change),
    });
  }

  text(body: string): { bytes: Uint8Array; contentType: string } {
    return { bytes: Buffer.from(body), contentType: 'text/plain' };
  }

  apply(text: string, shard?: ShardConfig): void {
    this.manager.apply(readConfigs(text), shard);
  }

  /** Lets time pass in small steps, and what waits for it go on. */
  async pass(ms: number): Promise<void> {
    const stepMs = 250;
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      this.clock.advance(Math.min(stepMs, leftMs));
      await new Promise(setImmediate);
    }
  }

  values(series: string): (number | 'stale')[] {
    return (this.appender.stored.get(series) ?? []).map(({ value }) => value);
  }

  times(series: string): number[] {
    return (this.appender.stored.get(series) ?? []).map(({ timeMs }) => timeMs);
  }
}

const JOB = `
- job_name: j
  scrape_interval: 10s
  scrape_timeout: 4s
  static_configs: [{targets: ["h:1"]}]
`;
const A = 'a{instance="h:1", job="j"}';
const UP = 'up{instance="h:1", job="j"}';

describe('a target', () => {
  it('is scraped soon after it was added, and then at even times', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(1_000);
    assert.equal(bench.requests.length, 1);
    await bench.pass(60_000);
    const times = bench.times(A).slice(1);
    const distances = times.slice(1).map((timeMs, i) => timeMs - times[i]);
    assert.deepEqual([...new Set(distances)], [10_000]);
    assert.ok(times.length >= 5 && times.length <= 6, `${times.length} scrapes`);
    await bench.manager.stop();
  });

  it('is asked with its address, its headers and its bounds', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(1_000);
    const [request] = bench.requests;
    assert.equal(request.url, 'http://h:1/metrics');
    assert.equal(request.headers['User-Agent'], 'Nines/1.0.0');
    assert.equal(request.headers['X-Prometheus-Scrape-Timeout-Seconds'], '4');
    assert.equal(request.bodyBytesMax, 64 * 1024 * 1024);
    await bench.manager.stop();
  });

  it('is unknown, then up, then down with the reason, and each change is told', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    assert.equal(bench.manager.targets()[0].health, 'unknown');
    await bench.pass(1_000);
    const [up] = bench.manager.targets();
    assert.deepEqual([up.health, up.lastError, up.scrapedCount, up.bodyBytes], ['up', '', 1, 4]);
    bench.answer = async () => {
      throw unavailable('SCRAPE_CONNECTION_FAILED', 'connection refused');
    };
    await bench.pass(30_000);
    const [down] = bench.manager.targets();
    assert.deepEqual([down.health, down.lastError], ['down', 'connection refused']);
    assert.ok((down.healthSince ?? 0) < (down.lastScrapeAt ?? 0), 'it has been down for a while');
    const told = bench.changes.map(({ from, to }) => `${from} ${to}`);
    assert.deepEqual(told, ['unknown up', 'up down']);
    assert.deepEqual(bench.values(A).at(-1), 'stale');
    assert.equal(bench.values(UP).at(-1), 0);
    await bench.manager.stop();
  });

  it('that never answers is given up after the timeout, even by a fetcher that does not listen', async () => {
    const bench = new Bench();
    bench.answer = () => new Promise(() => {});
    bench.apply(JOB);
    await bench.pass(5_000);
    const [target] = bench.manager.targets();
    assert.deepEqual([target.health, target.lastError], ['down', 'no answer within 4s']);
    assert.ok(target.lastScrapeDurationMs >= 4_000 && target.lastScrapeDurationMs <= 4_250);
    assert.equal(bench.requests[0].signal.aborted, true);
    await bench.manager.stop();
  });

  it('shows the store’s reason, and is tried again at the same pace', async () => {
    const bench = new Bench();
    const cause = new Error('ENOSPC: no space left on device');
    bench.appender.fail(unavailable('TSDB_WRITE_FAILED', 'cannot write the log', { cause }));
    bench.apply(JOB);
    await bench.pass(1_000);
    const want = 'cannot write the log: ENOSPC: no space left on device';
    assert.equal(bench.manager.targets()[0].lastError, want);
    bench.appender.fail(undefined);
    await bench.pass(15_000);
    assert.equal(bench.manager.targets()[0].health, 'up');
    assert.equal(
      bench.manager.stats().notStoredCount,
      bench.requests.length - bench.values(A).length,
    );
    await bench.manager.stop();
  });

  it('leaves out ticks that were missed, and keeps to its times', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    const before = bench.requests.length;
    bench.stoodMs = 60_000;
    await bench.pass(10_000);
    assert.equal(bench.requests.length, before + 1);
    assert.ok(bench.manager.stats().skippedCount >= 4);
    await bench.pass(30_000);
    assert.equal(bench.requests.length, before + 4);
    const [, ...onGrid] = bench.times(A);
    assert.equal(new Set(onGrid.map((timeMs) => timeMs % 10_000)).size, 1);
    await bench.manager.stop();
  });

  it('is scraped on when the wall clock is set back or forth', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    bench.skewMs = -3_600_000;
    const before = bench.requests.length;
    await bench.pass(40_000);
    const back = bench.requests.length - before;
    assert.ok(back >= 2 && back <= 4, `${back} scrapes`);
    bench.skewMs = 3_600_000;
    await bench.pass(40_000);
    const forth = bench.requests.length - before - back;
    assert.ok(forth >= 3 && forth <= 5, `${forth} scrapes`);
    await bench.manager.stop();
  });

  it('may have an interval that is longer than timers are', async () => {
    const bench = new Bench();
    bench.apply('- {job_name: j, scrape_interval: 60d, static_configs: [{targets: ["h:1"]}]}');
    await bench.pass(1_000);
    assert.equal(bench.requests.length, 1);
    bench.clock.advance(29 * 86_400_000);
    await bench.pass(250);
    assert.equal(bench.requests.length, 1, 'no earlier than half an interval');
    bench.clock.advance(62 * 86_400_000);
    await bench.pass(250);
    assert.equal(bench.requests.length, 2);
    await bench.manager.stop();
  });

  it('of one job may come from the process itself, at once', async () => {
    const bench = new Bench({ self: async () => bench.text('nines_up 1\n') });
    bench.apply('- {job_name: self, scrape_interval: 5s, static_configs: [{targets: [nines]}]}');
    await bench.pass(1);
    assert.equal(bench.requests.length, 0);
    assert.deepEqual(bench.values('nines_up{instance="nines", job="self"}'), [1]);
    await bench.manager.stop();
  });

  it('is shown to other machines by our own name', async () => {
    const bench = new Bench();
    bench.apply('- {job_name: j, static_configs: [{targets: ["localhost:9", "h:1"]}]}');
    const urls = bench.manager.targets().map(({ globalUrl }) => globalUrl);
    assert.deepEqual(urls, ['http://h:1/metrics', 'http://nines.example:9/metrics']);
    await bench.manager.stop();
  });

  it('beyond the target limit makes all of the job fail', async () => {
    const bench = new Bench();
    const targets = 'static_configs: [{targets: ["h:1", "h:2"]}]';
    bench.apply(`- {job_name: j, target_limit: 1, ${targets}}`);
    await bench.pass(2_000);
    const reasons = bench.manager.targets().map(({ lastError }) => lastError);
    const want = 'target_limit exceeded (number of targets: 2, limit: 1)';
    assert.deepEqual(reasons, [want, want]);
    assert.equal(bench.requests.length, 0);
    assert.deepEqual(bench.values(UP), [0]);
    await bench.manager.stop();
  });

  it('that stands twice is one', () => {
    const bench = new Bench();
    bench.apply('- {job_name: j, static_configs: [{targets: ["h:1"]}, {targets: ["h:1"]}]}');
    assert.equal(bench.manager.targets().length, 1);
  });
});

describe('dropped targets', () => {
  it('are counted, and shown up to a bound with the reason', () => {
    const bench = new Bench();
    bench.apply(`
- job_name: j
  keep_dropped_targets: 2
  static_configs: [{targets: ["a/b", "h:1", "h:2", "h:3"]}]
  relabel_configs: [{action: drop, source_labels: [__address__], regex: "h:[12]"}]
`);
    const reasons = bench.manager.droppedTargets().map(({ reason }) => reason);
    assert.deepEqual(reasons, [
      '"a/b" is not a valid target; want host:port, with the rest in scheme and metrics_path',
      undefined,
    ]);
    assert.deepEqual([...bench.manager.droppedTargetCounts()], [['j', 3]]);
    assert.equal(bench.manager.targets().length, 1);
  });
});

describe('a new configuration', () => {
  it('leaves jobs alone that it does not change', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    const resolved = bench.appender.resolveCount();
    const before = bench.times(A);
    bench.apply(`${JOB}- {job_name: k, static_configs: [{targets: ["h:2"]}]}`);
    await bench.pass(10_000);
    assert.equal(bench.manager.targets()[0].health, 'up');
    assert.equal(bench.times(A).length, before.length + 1);
    const ofNewJob = 6;
    assert.equal(bench.appender.resolveCount(), resolved + ofNewJob);
    await bench.manager.stop();
  });

  it('keeps what is known of targets where only the pace changes', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    const resolved = bench.appender.resolveCount();
    bench.apply(JOB.replace('timeout: 4s', 'timeout: 3s').replace('interval: 10s', 'interval: 5s'));
    assert.equal(bench.manager.targets()[0].health, 'up', 'it does not begin as unknown');
    await bench.pass(60_000);
    const ofReport = 5;
    assert.equal(bench.appender.resolveCount(), resolved + ofReport);
    assert.ok(!bench.values(A).includes('stale'));
    assert.equal(bench.requests.at(-1)?.headers['X-Prometheus-Scrape-Timeout-Seconds'], '3');
    await bench.manager.stop();
  });

  it('without a target marks its series, at the time of the scrape that did not come', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(25_000);
    const times = bench.times(A);
    bench.manager.apply([]);
    assert.deepEqual(bench.manager.targets(), []);
    await bench.pass(10_500);
    assert.ok(!bench.values(A).includes('stale'), 'it might come back');
    await bench.pass(11_000);
    assert.equal(bench.values(A).at(-1), 'stale');
    assert.equal(bench.values(UP).at(-1), 'stale');
    assert.equal(bench.times(A).at(-1), (times.at(-1) ?? 0) + 10_000);
    await bench.manager.stop();
  });

  it('that brings a removed target back in time ends nothing', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(25_000);
    bench.manager.apply([]);
    bench.apply(JOB);
    await bench.pass(40_000);
    assert.ok(!bench.values(A).includes('stale'));
    await bench.manager.stop();
  });

  it('that renames series ends the old ones', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    const rule = '{target_label: x, replacement: y}';
    bench.apply(`${JOB}  metric_relabel_configs: [${rule}]\n`);
    await bench.pass(60_000);
    assert.equal(bench.values(A).at(-1), 'stale');
    assert.equal(bench.values('a{instance="h:1", job="j", x="y"}').at(-1), 1);
    assert.equal(bench.values(UP).at(-1), 1, 'up has the same labels and goes on');
    await bench.manager.stop();
  });
});

describe('stopping', () => {
  it('breaks scrapes off and writes nothing more', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(12_000);
    bench.answer = (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const { length } = bench.requests;
    for (let i = 0; i < 40 && bench.requests.length === length; i++) await bench.pass(250);
    assert.equal(bench.requests.length, length + 1, 'a scrape is under way');
    const appended = bench.appender.appendCount();
    await bench.manager.stop();
    await bench.pass(60_000);
    assert.equal(bench.appender.appendCount(), appended);
    assert.ok(!bench.values(A).includes('stale'));
    bench.apply(JOB);
    assert.equal(bench.manager.stats().scrapeCount, appended);
  });
});

describe('metadata', () => {
  it('is what the targets say', async () => {
    const bench = new Bench();
    bench.answer = async () => bench.text('# HELP a About a.\n# TYPE a counter\na 1\n');
    bench.apply(JOB);
    await bench.pass(1_000);
    const [entry] = [...bench.manager.metadata()];
    const { metric, type, help, target } = entry;
    assert.deepEqual([metric, type, help, target.scrapePool], ['a', 'counter', 'About a.', 'j']);
    await bench.manager.stop();
  });
});

describe('the counters', () => {
  it('tell what came and what was refused, by reason', async () => {
    const bench = new Bench();
    bench.apply(JOB);
    await bench.pass(1_000);
    bench.answer = async () => bench.text('a 1\na 2\nbroken');
    await bench.pass(15_000);
    const stats = bench.manager.stats();
    const failed = stats.scrapeCount - 1;
    assert.ok(failed >= 1);
    assert.deepEqual(stats.failedByCode, { SCRAPE_PARSE_ERROR: failed });
    assert.equal(stats.samplesScrapedCount, 1 + 2 * failed);
    assert.equal(stats.seriesAddedCount, 1);
    await bench.manager.stop();
  });
});

describe('a job with a discovery', () => {
  const DNS = 'dns_sd_configs: [{names: [x], type: A, port: 1}]';
  const discovering = (name: string, ...lines: readonly string[]): string =>
    [`- job_name: ${name}`, 'scrape_interval: 10s', 'scrape_timeout: 4s', ...lines].join('\n  ');
  const group = (source: string, ...addresses: readonly string[]): TargetGroup => ({
    source,
    targets: addresses.map(addressLabels),
    labels: createLabels({ zone: source }),
  });
  const urls = (bench: Bench): string[] => bench.manager.targets().map((one) => one.scrapeUrl);

  it('scrapes what is found, and leaves alone what stays', async () => {
    const bench = new Bench();
    bench.apply(discovering('j', DNS, 'static_configs: [{targets: ["s:1"]}]'));
    bench.sinks[0].onGroups([group('a', 'h:1', 'h:2')]);
    await bench.pass(20_000);
    const [first] = bench.manager.targets();
    assert.deepEqual(
      urls(bench),
      ['s:1', 'h:1', 'h:2'].map((one) => `http://${one}/metrics`).sort(),
    );
    bench.sinks[0].onGroups([group('a', 'h:1', 'h:3')]);
    await bench.pass(20_000);
    assert.equal(bench.manager.targets().find(({ id }) => id === first.id)?.health, 'up');
    assert.deepEqual(
      urls(bench),
      ['h:1', 'h:3', 's:1'].map((one) => `http://${one}/metrics`),
    );
    const times = bench.times('a{instance="h:1", job="j", zone="a"}').slice(1);
    const distances = times.slice(1).map((timeMs, i) => timeMs - times[i]);
    assert.deepEqual([...new Set(distances)], [10_000]);
    await bench.pass(30_000);
    assert.equal(bench.values('a{instance="h:2", job="j", zone="a"}').at(-1), 'stale');
    await bench.manager.stop();
    assert.equal(bench.stoppedCount, 1);
  });

  it('takes changes every five seconds at most', async () => {
    const bench = new Bench();
    bench.apply(discovering('j', DNS));
    bench.sinks[0].onGroups([group('a', 'h:1')]);
    await bench.pass(250);
    assert.equal(urls(bench).length, 1);
    bench.sinks[0].onGroups([group('a', 'h:1', 'h:2')]);
    bench.sinks[0].onGroups([group('a', 'h:1', 'h:2', 'h:3')]);
    await bench.pass(4_500);
    assert.equal(urls(bench).length, 1);
    await bench.pass(500);
    assert.equal(urls(bench).length, 3);
    await bench.manager.stop();
  });

  it('shares its discovery, and keeps what it found over a reload', async () => {
    const bench = new Bench();
    bench.apply(`${discovering('j', DNS)}\n${discovering('k', DNS)}`);
    assert.equal(bench.sinks.length, 1);
    bench.sinks[0].onGroups([group('a', 'h:1')]);
    await bench.pass(1_000);
    assert.deepEqual(urls(bench), ['http://h:1/metrics', 'http://h:1/metrics']);
    bench.apply(discovering('j', DNS.replace('[x]', '[y]')));
    assert.equal(bench.stoppedCount, 1);
    assert.equal(bench.sinks.length, 2);
    // The new one has not answered yet.
    assert.deepEqual(urls(bench), ['http://h:1/metrics']);
    bench.sinks[1].onGroups([group('b', 'h:2')]);
    await bench.pass(6_000);
    assert.deepEqual(urls(bench), ['http://h:2/metrics']);
    await bench.manager.stop();
  });

  it('tells how its discovery is doing', async () => {
    const bench = new Bench();
    bench.apply(discovering('j', DNS));
    bench.sinks[0].onGroups([group('a', 'h:1')]);
    bench.sinks[0].onProblem('x', 'SERVFAIL');
    bench.sinks[0].onProblem('x', 'SERVFAIL');
    const check = (error: string | undefined): void => {
      const [state] = bench.manager.discoveries();
      assert.deepEqual([state.kind, state.jobs, state.targetCount], ['dns', ['j'], 1]);
      assert.equal(state.error, error);
    };
    check('SERVFAIL');
    assert.deepEqual(bench.manager.discoveryCounts(), { updateCount: 1, failureCount: 2 });
    bench.sinks[0].onProblem('x', undefined);
    check(undefined);
    await bench.manager.stop();
  });
});

describe('a member of a scrape layer', () => {
  const MEMBERS = ['a', 'b', 'c'];
  const ADDRESSES = Array.from({ length: 30 }, (_, i) => `h:${i + 1}`);
  const targetsJob = `
- job_name: j
  scrape_interval: 10s
  static_configs: [{targets: ${JSON.stringify(ADDRESSES)}}]
`;
  const scrapedBy = (bench: Bench): readonly string[] =>
    bench.manager.targets().map(({ scrapeUrl }) => scrapeUrl);
  const shardOf = (name: string, members: readonly string[], replicationFactor: number) => ({
    members,
    name,
    replicationFactor,
  });

  it('scrapes its share, so that all members together scrape each target as often as is said', () => {
    for (const factor of [1, 2]) {
      const all = MEMBERS.flatMap((name) => {
        const bench = new Bench();
        bench.apply(targetsJob, shardOf(name, MEMBERS, factor));
        const own = scrapedBy(bench);
        assert.equal(bench.manager.shardCounts()?.targetCounts.get(name), own.length);
        assert.equal(bench.manager.droppedTargetCounts().get('j'), 0);
        return own;
      });
      const counts = Map.groupBy(all, (url) => url);
      assert.equal(counts.size, ADDRESSES.length);
      assert.deepEqual([...new Set([...counts.values()].map(({ length }) => length))], [factor]);
    }
  });

  it('counts what it leaves to whom', () => {
    const bench = new Bench();
    bench.apply(targetsJob, shardOf('a', MEMBERS, 1));
    const counts = bench.manager.shardCounts()?.targetCounts ?? new Map<string, number>();
    assert.deepEqual([...counts.keys()], MEMBERS);
    const sum = [...counts.values()].reduce((total, count) => total + count, 0);
    assert.equal(sum, ADDRESSES.length);
  });

  it('scrapes what is not to be shared out, and what is its own, as every member does', () => {
    const text = `
- job_name: everywhere
  static_configs: [{targets: ["x:1", "x:2"], labels: {__tmp_disable_sharding: "1"}}]
- job_name: own
  static_configs: [{targets: ["me:1"]}]
`;
    for (const name of MEMBERS) {
      const bench = new Bench({ own: async () => ({ bytes: Buffer.from(''), contentType: '' }) });
      bench.apply(text, shardOf(name, MEMBERS, 1));
      assert.equal(scrapedBy(bench).length, 3);
    }
  });

  it('goes on with the targets that stay when a member is added, and ends the others', async () => {
    const bench = new Bench();
    bench.apply(targetsJob, shardOf('a', ['a', 'b'], 1));
    await bench.pass(12_000);
    const before = scrapedBy(bench);
    bench.apply(targetsJob, shardOf('a', MEMBERS, 1));
    const after = scrapedBy(bench);
    assert.ok(after.length < before.length && after.every((url) => before.includes(url)));
    await bench.pass(30_000);
    const ended = before.filter((url) => !after.includes(url));
    for (const url of before) {
      const instance = new URL(url).host;
      const values = bench.values(`a{instance="${instance}", job="j"}`);
      assert.equal(values.at(-1) === 'stale', ended.includes(url), instance);
      assert.equal(values.filter((value) => value === 'stale').length, ended.includes(url) ? 1 : 0);
    }
    await bench.manager.stop();
  });
});
