import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createLog, createSilentLog, createSystemClock } from '../platform/index.ts';
import { createMatcher } from '../series/index.ts';
import { openTsdb, type Tsdb } from '../tsdb/index.ts';
import { openDataFolder } from './data-folder.ts';
import { type ReadAhead, readAhead } from './read-ahead.ts';

const clock = createSystemClock();
const SERIES = 100;
/** As many to a series, each of some nine bytes in the log: just enough. */
const SAMPLES = 2_500;

function makeFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'nines-read-ahead-'));
  mkdirSync(join(dir, 'series'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A store as a killed server leaves it: nothing is closed. */
function fill(dir: string, samples: number): void {
  const log = createSilentLog();
  const tsdb = openTsdb({ dir: join(dir, 'series'), clock, log });
  const refs = Uint32Array.from({ length: SERIES }, (_, i) =>
    tsdb.resolve({ names: ['__name__', 'i'], values: ['m', String(i)] }),
  );
  const startMs = clock.now() - samples * 1000;
  for (let step = 0; step < samples; step++) {
    const values = Float64Array.from({ length: SERIES }, (_, i) => Math.sin(step * SERIES + i));
    const bits = new Uint32Array(values.buffer);
    const timesMs = new Float64Array(SERIES).fill(startMs + step * 1000);
    tsdb.append({ count: SERIES, refs, timesMs, values, bits });
  }
}

function beginReading(t: TestContext, dir: string): ReadAhead {
  const ahead = readAhead([`--data=${dir}`, '--auth', 'none', '--unknown']);
  assert.ok(ahead !== undefined);
  t.after(async () => ahead.stop());
  return ahead;
}

function countSamples(tsdb: Tsdb): number {
  const matchers = [createMatcher('__name__', '=', 'm')];
  let count = 0;
  for (const { samples } of tsdb.select({ matchers, fromMs: 0, toMs: Infinity })) {
    count += samples.count;
  }
  return count;
}

describe('series that are read ahead', () => {
  it('are those that the server would have read', async (t) => {
    const dir = makeFolder(t);
    fill(dir, SAMPLES);
    const ahead = beginReading(t, dir);
    const recovered = await ahead.take(createSilentLog());
    const series = join(dir, 'series');
    const tsdb = openTsdb({ dir: series, clock, log: createSilentLog(), recovered });
    t.after(async () => tsdb.close());
    assert.equal(tsdb.stats().replay.samples, SERIES * SAMPLES);
    assert.equal(tsdb.stats().replay.samples, SERIES * SAMPLES);
    assert.equal(countSamples(tsdb), SERIES * SAMPLES);
    assert.equal(await ahead.take(createSilentLog()), undefined, 'handed over once');
  });

  it('are read by nobody else meanwhile, and by anybody afterwards', async (t) => {
    const dir = makeFolder(t);
    fill(dir, SAMPLES);
    const ahead = beginReading(t, dir);
    assert.throws(() => openDataFolder(dir), { code: 'DATA_FOLDER_IN_USE' });
    assert.equal(readAhead(['--data', dir]), undefined);
    await ahead.stop();
    openDataFolder(dir).release();
  });

  it('come with what the log says of their damage', async (t) => {
    const dir = makeFolder(t);
    fill(dir, SAMPLES);
    const wal = join(dir, 'series', 'wal');
    appendFileSync(join(wal, readdirSync(wal)[0]), 'no record');
    const lines: string[] = [];
    const log = createLog({ clock, level: 'info', write: (line) => void lines.push(line) });
    const recovered = await beginReading(t, dir).take(log);
    assert.equal(recovered?.recovered.report.damagedSegments, 1);
    assert.match(lines.join(''), /warn log segment is damaged/);
  });

  it('are left to the server where they cannot be read', async (t) => {
    const dir = makeFolder(t);
    fill(dir, SAMPLES);
    rmSync(join(dir, 'series', 'chunks'), { recursive: true });
    // A file in the place of the folder.
    appendFileSync(join(dir, 'series', 'chunks'), '');
    assert.equal(await beginReading(t, dir).take(createSilentLog()), undefined);
  });

  it('are left to the server where they are few', (t) => {
    const dir = makeFolder(t);
    fill(dir, 10);
    assert.equal(readAhead(['--data', dir]), undefined);
    assert.equal(readAhead(['--data', join(dir, 'missing')]), undefined);
  });
});
