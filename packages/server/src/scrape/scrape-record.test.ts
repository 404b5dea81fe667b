import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BugError, readYaml, unavailable } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { DEFAULT_GLOBAL, readScrapeConfigs } from './config-reader.ts';
import { LineTexts } from './line-texts.ts';
import { ReportSeries } from './report-series.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { createSampleLabels } from './sample-labels.ts';
import {
  type RecordParts,
  recordEnd,
  recordScrape,
  type ScrapeAnswer,
  type ScrapeResult,
} from './scrape-record.ts';
import { SeriesCache } from './series-cache.ts';
import { createMemoryAppender, type MemoryAppender } from './testing.ts';
import { TextPool } from './text-pool.ts';

interface Bench {
  readonly appender: MemoryAppender;
  readonly parts: RecordParts;
  /** Records a body, or a failure where an error is given. */
  scrape(minute: number, answer: string | Error): ScrapeResult;
  /** The samples of a series by minute. */
  values(series: string): string;
}

function createBench(...lines: readonly string[]): Bench {
  const text = ['- job_name: j', ...lines.map((line) => `  ${line}`)].join('\n');
  const [config] = readScrapeConfigs([readYaml({ text, file: 'f' }).root], DEFAULT_GLOBAL);
  const appender = createMemoryAppender();
  const targetLabels = createLabels({ i: 'x' });
  const { honorLabels, limits, nameValidation, extraScrapeMetrics } = config;
  const mapLabels = createSampleLabels({
    targetLabels,
    honorLabels,
    rules: [],
    limits,
    nameValidation,
  });
  const parts: RecordParts = {
    appender,
    buffer: new SampleBuffer(),
    cache: new SeriesCache({ mapLabels, pool: new TextPool(), texts: new LineTexts(1) }),
    report: new ReportSeries({ targetLabels, isExtended: extraScrapeMetrics }),
    config,
    timeoutMs: 10_000,
  };
  return {
    appender,
    parts,
    scrape(minute, answer) {
      const given: ScrapeAnswer =
        typeof answer === 'string'
          ? { kind: 'body', body: Buffer.from(answer), format: 'text' }
          : { kind: 'failure', error: answer };
      const timeMs = minute * 60_000;
      return recordScrape(parts, given, { timeMs, nowMs: timeMs, elapsedMs: () => 250 });
    },
    values(series) {
      const samples = appender.stored.get(series) ?? [];
      return samples.map(({ timeMs, value }) => `${timeMs / 60_000}:${value}`).join(' ');
    },
  };
}

const UP = 'up{i="x"}';
const refused = unavailable('SCRAPE_CONNECTION_FAILED', 'connection refused');

describe('a scrape', () => {
  it('writes its samples and its report in one batch', () => {
    const bench = createBench();
    const result = bench.scrape(1, 'a 1\nb 2\n');
    assert.equal(result.error, undefined);
    assert.equal(bench.appender.appendCount(), 1);
    const stored = Object.fromEntries(
      [...bench.appender.stored].map(([series, [sample]]) => [series, sample.value]),
    );
    assert.deepEqual(stored, {
      'a{i="x"}': 1,
      'b{i="x"}': 2,
      [UP]: 1,
      'scrape_duration_seconds{i="x"}': 0.25,
      'scrape_samples_scraped{i="x"}': 2,
      'scrape_samples_post_metric_relabeling{i="x"}': 2,
      'scrape_series_added{i="x"}': 2,
    });
  });

  it('adds three more series where the job asks for them', () => {
    const bench = createBench('extra_scrape_metrics: true', 'sample_limit: 5');
    bench.scrape(1, 'a 1\n');
    assert.equal(bench.values('scrape_timeout_seconds{i="x"}'), '1:10');
    assert.equal(bench.values('scrape_sample_limit{i="x"}'), '1:5');
    assert.equal(bench.values('scrape_body_size_bytes{i="x"}'), '1:4');
  });

  it('that fails marks all series and writes up as 0', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\n');
    assert.equal(bench.scrape(2, refused).error, refused);
    bench.scrape(3, refused);
    assert.equal(bench.values('a{i="x"}'), '1:1 2:stale');
    assert.equal(bench.values(UP), '1:1 2:0 3:0');
    assert.equal(bench.values('scrape_samples_scraped{i="x"}'), '1:1 2:0 3:0');
  });

  it('of garbage is as good as none, and says which line', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\n');
    const { error } = bench.scrape(2, '# c\na 2\n<html>\n');
    const want = 'cannot parse line 3: expected a metric name, a comment or "{", got "<"';
    assert.equal(error?.message, want);
    assert.equal(bench.values('a{i="x"}'), '1:1 2:stale');
    assert.equal(bench.values(UP), '1:1 2:0');
    assert.equal(bench.values('scrape_samples_scraped{i="x"}'), '1:1 2:1');
  });

  it('over its sample limit is refused whole, and tells how much there was', () => {
    const bench = createBench('sample_limit: 2');
    const { error } = bench.scrape(1, 'a 1\nb 1\nc 1\n');
    assert.equal(error?.message, 'sample limit exceeded: 3 samples, limit 2');
    assert.equal(bench.appender.stored.has('a{i="x"}'), false);
    assert.equal(bench.values('scrape_samples_scraped{i="x"}'), '1:3');
    assert.equal(bench.values('scrape_samples_post_metric_relabeling{i="x"}'), '1:3');
    assert.equal(bench.scrape(2, 'a 1\nb 1\n').error, undefined);
  });

  it('with a label over its limit is refused whole', () => {
    const bench = createBench('label_limit: 2');
    const { error } = bench.scrape(1, 'a 1\nb{c="d"} 1\n');
    const want = 'label_limit exceeded (metric: b, number of labels: 3, limit: 2)';
    assert.equal(error?.message, want);
    assert.equal(bench.values(UP), '1:0');
  });

  it('of a body that was too large says so in its report', () => {
    const bench = createBench('extra_scrape_metrics: true');
    bench.scrape(1, unavailable('SCRAPE_BODY_TOO_LARGE', 'body exceeded 1 MiB'));
    assert.equal(bench.values('scrape_body_size_bytes{i="x"}'), '1:-1');
  });
});

describe('a store that refuses', () => {
  const full = unavailable('TSDB_DISK_FULL', 'cannot write the log', {
    cause: new Error('ENOSPC'),
  });

  it('leaves the scrape with its reason and loses no marker', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\nb 1\n');
    bench.appender.fail(full);
    const result = bench.scrape(2, 'b 2\nc 2\n');
    assert.deepEqual([result.error, result.isStored], [full, false]);
    bench.appender.fail(undefined);
    assert.equal(bench.scrape(3, 'b 3\nc 3\n').isStored, true);
    assert.equal(bench.values('a{i="x"}'), '1:1 3:stale');
    assert.equal(bench.values('b{i="x"}'), '1:1 3:3');
    assert.equal(bench.values('c{i="x"}'), '3:3');
    assert.equal(bench.values(UP), '1:1 3:1');
  });

  it('because it has too many series fails the scrape, and the report is still written', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\n');
    bench.appender.limit(6);
    const { error } = bench.scrape(2, 'a 2\nb 2\n');
    assert.equal(error?.message, 'the store is full');
    assert.equal(bench.values(UP), '1:1 2:0');
    assert.equal(bench.values('a{i="x"}'), '1:1 2:stale');
  });

  it('with a bug is not taken for a reason, and the next scrape goes on', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\nb 1\n');
    bench.appender.fail(new BugError('BUG: x'));
    assert.throws(() => bench.scrape(2, 'a 2\n'), BugError);
    bench.appender.fail(undefined);
    bench.scrape(3, 'a 3\n');
    assert.equal(bench.values('a{i="x"}'), '1:1 3:3');
    assert.equal(bench.values('b{i="x"}'), '1:1 3:stale');
  });
});

describe('series that the store has forgotten', () => {
  it('are resolved again within the same scrape', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\nb 1\n');
    bench.appender.forget('a{i="x"}');
    bench.appender.forget(UP);
    const { outcome } = bench.scrape(2, 'a NaN\nb 2\n');
    assert.deepEqual([outcome.appendedCount, outcome.unknownRefs], [7, []]);
    assert.equal(bench.values('a{i="x"}'), '1:1 2:NaN');
    assert.equal(bench.values(UP), '1:1 2:1');
    bench.scrape(3, 'a 3\nb 3\n');
    assert.equal(bench.values('a{i="x"}'), '1:1 2:NaN 3:3');
  });

  it('need no marker', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\nb 1\n');
    bench.appender.forget('a{i="x"}');
    bench.scrape(2, 'b 2\n');
    assert.equal(bench.values('a{i="x"}'), '1:1');
  });
});

describe('the end of a target', () => {
  it('marks its series and its report', () => {
    const bench = createBench();
    bench.scrape(1, 'a 1\n');
    recordEnd(bench.parts, 120_000);
    assert.equal(bench.values('a{i="x"}'), '1:1 2:stale');
    assert.equal(bench.values(UP), '1:1 2:stale');
    assert.equal(bench.values('scrape_series_added{i="x"}'), '1:1 2:stale');
  });
});
