import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promqlSuite } from './promql.ts';
import { parseSeriesLine } from '../../packages/server/src/promql/series-notation.ts';
import { parseScript } from './promql-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'nines-conformance-'));
after(() => rmSync(folder, { recursive: true }));

const SCRIPT = `
# A comment.
load 1m
  up{job="a"} 1+1x3
  up{job="b"} _ 5 stale
  requests 0+10x5

eval instant at 1m up
  up{job="a"} 2
  up{job="b"} 5

eval instant at 1m up
  up{job="a"} 3
  up{job="b"} 5

eval instant at 2m up{job="b"}

eval_ordered instant at 1m sort_desc(up)
  up{job="b"} 5
  up{job="a"} 2

eval range from 0 to 3m step 1m sum(up)
  {} 1 7 3 4

eval instant at 5m rate(requests[5m])
  expect info msg: PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "requests" (1:6)
  expect no_warn
  {} 0.16666666

eval instant at 5m rate(requests[5m])
  expect no_info
  {} 0.16666666

eval instant at 0 topk(NaN, up)
  expect fail msg: Parameter value is NaN

eval instant at 0 1 + 1
  2

eval instant at 0 "x"
  expect string "x"

eval instant at 2m up{job="a"}[2m]
  expect range vector from 1m to 2m step 1m
  up{job="a"} 2 3

eval nonsense at 0 up

load 1m
  h {{schema:0 count:1 sum:1 buckets:[1]}}x3

eval instant at 0 h
  h {{schema:0 count:1 sum:1 buckets:[1]}}

eval instant at 1m h
  h {{schema:0 count:1 sum:1 counter_reset_hint:reset buckets:[1]}}

eval range from 0 to 1m step 1m h
  h {{schema:0 count:1 sum:1 buckets:[1]}} 1

load_with_nhcb 1m
  c_bucket{le="1"} 3
  c_bucket{le="+Inf"} 4
  c_count 4
  c_sum 7

eval instant at 0 c
  c {{schema:-53 count:4 sum:7 custom_values:[1] buckets:[3 1]}}

eval instant at 0 up{job="a"}
  up{job="a"} 1

clear

eval instant at 0 up
`;

describe('the runner of PromQL scripts', () => {
  it('passes what is right and fails what is wrong, unknown or out of reach', async () => {
    const file = join(folder, 'sample.test');
    writeFileSync(file, SCRIPT);
    const results = await promqlSuite.run([file]);
    const failed = results.filter(({ failure }) => failure !== undefined);
    assert.deepEqual(
      failed.map(({ name, failure }) => `${name}: ${failure}`),
      [
        'up: up: {__name__="up", job="a"}: expected 3, got 2',
        'rate(requests[5m]): rate(requests[5m]): unexpected infos: PromQL info: metric might ' +
          'not be a counter, name does not end in _total/_sum/_count/_bucket: "requests" (1:6)',
        'eval nonsense at 0 up: unknown command: eval nonsense at 0 up',
        'h: h: {__name__="h"}: expected {{count:1 sum:1 counter_reset_hint:reset buckets:[1]}}, ' +
          'got {{count:1 sum:1 counter_reset_hint:not_reset buckets:[1]}}',
        'h: h: {__name__="h"}: expected 1 at 60000, got {{count:1 sum:1 buckets:[1]}}@0 ' +
          '{{count:1 sum:1 counter_reset_hint:not_reset buckets:[1]}}@60000',
      ],
    );
    assert.equal(results.length, 18);
    assert.equal(results.filter(({ groups }) => groups.length > 0).length, 13);
  });

  it('reads series in their notation', () => {
    const check = (line: string, want: string): void => {
      const { values } = parseSeriesLine(line);
      const texts = values.map((one) => (one.kind === 'float' ? String(one.value) : one.kind));
      assert.equal(texts.join(' '), want, line);
    };
    check('x 1 -2.5e1 Inf -Inf NaN', '1 -25 Infinity -Infinity NaN');
    check('x{a="} 5"} 1x2', '1 1 1');
    check('x 0x2', '0 0 0');
    check('x 2+1.5x2 2-1x2 1+-1x1', '2 3.5 5 2 1 0 1 0');
    check('{"a b", c="d"} _ _x2 stale', 'gap gap gap stale');
    check('x {{count:1 buckets:[1 2]}}+{{count:1}}x2 7', 'histogram histogram histogram 7');
    assert.throws(() => parseSeriesLine('x 1,2'), /not a value: 1,2/);
    assert.throws(() => parseSeriesLine('x{a=~"b"} 1'), /not a label/);
  });

  it('reads starts before the samples that they belong to', () => {
    const [load] = parseScript('load 1m\n  x@st _ -30s-1mx1 0s\n  x 1x3\n');
    assert.ok(load.kind === 'load');
    assert.deepEqual(load.series[0].startOffsetsMs, [undefined, -30_000, -90_000, 0]);
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = join(process.env.NINES_CONFORMANCE ?? join(ROOT, '../shared/conformance'), 'promql');

describe("Prometheus' own scripts", () => {
  it('pass as they are', { skip: existsSync(DATA) ? false : 'no conformance data' }, async () => {
    const names = readdirSync(DATA).filter((name) => promqlSuite.isCase(name));
    const results = await promqlSuite.run(names.sort().map((name) => join(DATA, name)));
    const failed = results.filter(({ failure }) => failure !== undefined);
    assert.deepEqual(
      failed.map(({ file, line, failure }) => `${file}:${line}: ${failure}`),
      [],
    );
    assert.ok(results.length > 0, 'there is nothing to run');
  });
});

describe('npm run conformance', () => {
  const tool = fileURLToPath(new URL('../../tools/conformance.ts', import.meta.url));
  const run = (args: readonly string[]): { status: number | null; lines: string[] } => {
    const env = { ...process.env, NINES_CONFORMANCE: join(folder, 'nothing') };
    const { status, stdout } = spawnSync(process.execPath, [tool, ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, lines: stdout.trimEnd().split('\n') };
  };

  it('ends with the counts', () => {
    const { status, lines } = run(['promql', folder]);
    assert.equal(lines.at(-1), '13 passed, 5 failed');
    assert.equal(status, 0);
  });

  it('says by its exit code that there is no data, or no such suite', () => {
    assert.equal(run(['promql']).status, 3);
    assert.equal(run(['nothing']).status, 2);
  });
});
