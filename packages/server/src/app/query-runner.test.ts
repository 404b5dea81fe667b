import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryAsker, QueryQuestion } from '../http/index.ts';
import { AppError, createSystemClock, createSilentLog, errorMessage } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { openTsdb, type Tsdb } from '../tsdb/index.ts';
import type { QueryConfig } from './query-config.ts';
import {
  createQueryRunner,
  type QueryRunner,
  type QueryRunnerOptions,
  type QueryStore,
} from './query-runner.ts';
import { QUERY_WORKER } from './worker-entries.ts';

const START_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 15_000;
const STEPS = 120;
const SERIES = 600;
/** Reads all samples: 72,000, more than is answered in the server's thread. */
const LARGE = 'sum by (job) (sum_over_time(load[1h]))';
/** Half a minute of work, seven million windows to sort, and little memory. */
const ENDLESS = 'sum(quantile_over_time(0.5, load[30m]))';
const ENDLESS_TIMES = { fromMs: START_MS, toMs: START_MS + STEPS * STEP_MS, stepMs: 164 };

/** A store of which everybody reads and one series is written on. */
function fillStore(dir: string): Tsdb {
  const clock = { ...createSystemClock(), now: () => START_MS + STEPS * STEP_MS };
  const tsdb = openTsdb({ dir, clock, log: createSilentLog() });
  for (let step = 0; step < STEPS; step++) {
    tsdb.writeSamples(
      Array.from({ length: SERIES }, (_, i) => ({
        labels: createLabels({ __name__: 'load', job: `j${i % 2}`, instance: `${i}` }),
        timeMs: START_MS + step * STEP_MS,
        value: i,
        isStale: false,
      })),
    );
  }
  return tsdb;
}

const CONFIG: QueryConfig = {
  timeoutMs: 30_000,
  samplesMax: 50_000_000,
  concurrency: 1,
  slowMs: 0,
  sources: [],
  replicaLabels: [],
};

function ask(text: string, more: Partial<QueryQuestion> = {}): QueryQuestion {
  const times = { atMs: START_MS + STEPS * STEP_MS };
  return { text, times, hasStats: false, hasTrace: false, ...more };
}

const patient = (): QueryAsker => ({ name: 'Ada', signal: new AbortController().signal });

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AppError, errorMessage(error));
  return error;
}

describe('queries', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nines-queries-'));
  const tsdb = fillStore(dir);
  const runners: QueryRunner[] = [];
  const attached = { count: 0 };
  const counting: QueryStore = {
    select: (range) => tsdb.select(range),
    estimate: (range) => tsdb.estimate(range),
    labelNames: (range) => tsdb.labelNames(range),
    labelValues: (name, range) => tsdb.labelValues(name, range),
    series: (range) => tsdb.series(range),
    estimateMatchWork: (matchers) => tsdb.estimateMatchWork(matchers),
    attach(port) {
      attached.count++;
      return tsdb.attach(port);
    },
  };
  const alone: QueryRunnerOptions['sources'] = {
    hasAny: false,
    gather: async () => assert.fail('there are no sources'),
  };
  const create = (
    config: Partial<QueryConfig> = {},
    entry = QUERY_WORKER,
    sources = alone,
  ): QueryRunner => {
    const runner = createQueryRunner({
      tsdb: counting,
      clock: createSystemClock(),
      log: createSilentLog(),
      entry,
      sources,
      config: () => ({ ...CONFIG, ...config }),
      processorCount: 2,
    });
    runners.push(runner);
    return runner;
  };
  const textOf = async (answer: Promise<Uint8Array>): Promise<string> =>
    new TextDecoder().decode(await answer);
  /** Waits until a query runs in a thread and has read something. */
  const untilReading = async (runner: QueryRunner): Promise<number> => {
    for (;;) {
      const query = runner.running().at(0);
      assert.ok(query !== undefined, 'it runs');
      if (query.state === 'running') return query.id;
      await nextTurn();
    }
  };

  after(async () => {
    for (const runner of runners) await runner.close();
    await tsdb.close();
    rmSync(dir, { recursive: true });
  });

  /** Another server that has one more series of `load`, and one that this server has, too. */
  const others = (): QueryRunnerOptions['sources'] => ({
    hasAny: true,
    async gather({ text }) {
      assert.equal(text, 'count(load)');
      const values = [[START_MS / 1000 + STEPS * 15, '1']];
      const own = { __name__: 'load', job: 'j0', instance: '0' };
      const result = [own, { ...own, instance: 'elsewhere' }].map((metric) => ({ metric, values }));
      const data = { resultType: 'matrix', result };
      const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
      const body = new Uint8Array(Buffer.from(JSON.stringify({ status: 'success', data })));
      const selectionKey = '__name__="load"';
      const labels = createLabels({});
      const isRequired = false;
      return {
        answers: [{ source: 's', isRequired, protocol: 'promql', labels, selectionKey, body }],
        selections: [{ key: selectionKey, ...range }],
        localLabels: labels,
        replicaLabels: [],
        warnings: ['source "t" is away'],
      };
    },
  });

  it('take the series of other servers with this one’s, and say what is missing', async () => {
    const runner = create({}, QUERY_WORKER, others());
    const answer = await textOf(runner.answer(ask('count(load)'), patient()));
    assert.match(answer, /"value":\[1767227400,"601"\]/);
    assert.match(answer, /"warnings":\["source \\"t\\" is away"\]/);
    const local = await textOf(runner.answer(ask('count(load)', { isLocal: true }), patient()));
    assert.match(local, /"value":\[1767227400,"600"\]/);
    assert.doesNotMatch(local, /warnings/);
  });

  it('can be stopped while other servers are asked', async () => {
    const gather: QueryRunnerOptions['sources']['gather'] = async (_question, _expr, signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    };
    const runner = create({}, QUERY_WORKER, { hasAny: true, gather });
    const answer = refusal(runner.answer(ask('count(load)'), patient()));
    const [{ id }] = runner.running();
    assert.equal(runner.stop(id), true);
    assert.equal((await answer).code, 'QUERY_CANCELED');
    assert.deepEqual(runner.running(), []);
    const late = await refusal(runner.answer(ask('count(load)', { timeoutMs: 20 }), patient()));
    assert.equal(late.code, 'QUERY_TIMEOUT');
  });

  it('are answered at once where they are small, and by a thread where they are not', async () => {
    const runner = create();
    const small = await textOf(runner.answer(ask('count(load)'), patient()));
    assert.match(small, /"value":\[1767227400,"600"\]/);
    assert.deepEqual(runner.stats(), {
      threads: 0,
      running: 0,
      inServer: 1,
      inThreads: 0,
      failed: 0,
      slow: 0,
    });
    const large = await textOf(runner.answer(ask(LARGE), patient()));
    assert.match(large, /"job":"j0"},"value":\[1767227400,"10764000"\]/);
    assert.equal(runner.stats().threads, 1);
    assert.equal(runner.stats().inThreads, 1);
    const result = await runner.evaluate(ask(LARGE), 'rule r');
    assert.ok(result.value.kind === 'vector');
    assert.deepEqual(
      result.value.samples.map(({ value }) => value),
      [10_764_000, 10_800_000],
    );
    assert.equal(runner.stats().threads, 1, 'the thread is used again');
  });

  it('find the thread that was started for them', async () => {
    const runner = create();
    runner.prepare();
    runner.prepare();
    assert.equal(runner.stats().threads, 1);
    await textOf(runner.answer(ask(LARGE), patient()));
    assert.deepEqual([runner.stats().threads, runner.stats().inThreads], [1, 1]);
  });

  it('see in a thread what was written the moment before', async () => {
    const runner = create();
    const labels = createLabels({ __name__: 'load', job: 'new', instance: 'new' });
    const timeMs = START_MS + STEPS * STEP_MS;
    await textOf(runner.answer(ask(LARGE), patient()));
    tsdb.writeSamples([{ labels, timeMs, value: 42, isStale: false }]);
    const body = await textOf(runner.answer(ask(LARGE), patient()));
    assert.match(body, /"job":"new"},"value":\[1767227400,"42"\]/);
  });

  it('fail in a thread with the error of the engine', async () => {
    const runner = create({ samplesMax: 100 });
    const error = await refusal(runner.answer(ask(LARGE), patient()));
    assert.equal(error.code, 'QUERY_TOO_DEAR');
    assert.match(error.message, /would hold about \d+ samples of \d+ series/);
    assert.equal(runner.slow()[0].error, error.message);
    assert.equal(runner.stats().failed, 1);
  });

  it('are listed while they run, and can be stopped', async () => {
    const runner = create();
    const answered = refusal(runner.answer(ask(ENDLESS, { times: ENDLESS_TIMES }), patient()));
    const id = await untilReading(runner);
    const [query] = runner.running();
    assert.equal(query.text, ENDLESS);
    assert.equal(query.asker, 'Ada');
    assert.equal(runner.stop(id), true);
    assert.equal(runner.running()[0].state, 'stopping');
    const error = await answered;
    assert.equal(error.code, 'QUERY_CANCELED');
    assert.deepEqual(runner.running(), []);
    assert.equal(runner.stop(id), false);
    assert.equal(runner.stats().threads, 1, 'the thread goes on');
    await textOf(runner.answer(ask(LARGE), patient()));
  });

  it('end when the client goes away, also while they wait for their turn', async () => {
    const runner = create();
    const client = new AbortController();
    const asker = { name: '', signal: client.signal };
    const running = refusal(runner.answer(ask(ENDLESS, { times: ENDLESS_TIMES }), asker));
    const waiting = refusal(runner.answer(ask(ENDLESS, { times: ENDLESS_TIMES }), asker));
    await untilReading(runner);
    assert.deepEqual(
      runner.running().map(({ state }) => state),
      ['running', 'waiting'],
    );
    client.abort();
    assert.match((await waiting).message, /canceled while it waited/);
    assert.equal((await running).code, 'QUERY_CANCELED');
    const late = await refusal(runner.answer(ask(LARGE), asker));
    assert.equal(late.code, 'QUERY_CANCELED', 'nobody waits for it from the start');
  });

  it('end at the time that the client or the server allows', async () => {
    const runner = create();
    await textOf(runner.answer(ask(LARGE), patient()));
    const error = await refusal(
      runner.answer(ask(ENDLESS, { times: ENDLESS_TIMES, timeoutMs: 300 }), patient()),
    );
    assert.equal(error.code, 'QUERY_TIMEOUT');
    assert.match(error.message, /may take \d+ms, and had read \d+ samples/);
    const strict = create({ timeoutMs: 300 });
    assert.equal(
      (await refusal(strict.answer(ask(ENDLESS, { times: ENDLESS_TIMES }), patient()))).code,
      'QUERY_TIMEOUT',
    );
  });

  it('fail alone when their thread crashes, and the next one has another thread', async () => {
    const crashing = new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from 'node:worker_threads';
        parentPort.on('message', () => process.exit(3));
        parentPort.postMessage({ kind: 'ready' });
      `)}`,
    );
    const runner = create({}, crashing);
    for (let i = 0; i < 3; i++) {
      const error = await refusal(runner.answer(ask(LARGE), patient()));
      assert.equal(error.code, 'QUERY_THREAD_ENDED');
    }
    assert.equal(runner.stats().threads, 0);
  });

  it('fail when no thread can be started, which is tried once for each', async () => {
    const runner = create({}, new URL('data:text/javascript,process.exit(3)'));
    const before = attached.count;
    const errors = await Promise.all(
      [1, 2, 3].map(async () => refusal(runner.answer(ask(LARGE), patient()))),
    );
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['QUERY_THREAD_ENDED', 'QUERY_THREAD_ENDED', 'QUERY_THREAD_ENDED'],
    );
    assert.equal(attached.count - before, 3);
  });

  it('are remembered when they were slow, with what they took', async () => {
    const runner = create({ slowMs: 0 });
    await textOf(runner.answer(ask(LARGE), patient()));
    const [slow] = runner.slow();
    assert.equal(slow.text, LARGE);
    assert.equal(slow.asker, 'Ada');
    assert.equal(slow.error, undefined);
    assert.ok(slow.samplesRead >= SERIES * STEPS);
    const quick = create({ slowMs: 60_000 });
    await textOf(quick.answer(ask(LARGE), patient()));
    assert.deepEqual(quick.slow(), []);
  });
});
