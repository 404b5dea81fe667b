/**
 * A sample of the differential: fewer samples, a few instants, one Prometheus. The whole is
 * `npm run verify -- differential`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../tools/run-step.ts';
import { isSame } from './differential/answers.ts';
import { createBoundaries } from './differential/boundaries.ts';
import { runDifferential } from './differential/differential.ts';
import { DIFFERENCE_CLASSES } from './differential/fuzz-classes.ts';
import { runFuzz } from './differential/fuzz.ts';
import { record } from './differential/recording.ts';
import { findPrograms, findPrometheus } from './harness/peers.ts';

const SEED = 20_260_302;
const BODIES = 42;

const [program] = findPrometheus();
const modern = findPrometheus().find(({ version }) => version.startsWith('3.'));
const hasExporter = findPrograms('prometheus-node-exporter').length > 0;
const lacking = program === undefined || !hasExporter;

describe('the same samples', {
  skip: lacking ? 'no prometheus or no prometheus-node-exporter here' : false,
}, () => {
  it('give the same answers as in Prometheus', async () => {
    const recording = await record({
      seed: SEED,
      fetches: 5,
      bodies: BODIES,
      endMs: Date.now() - 60_000,
    });
    assert.ok(recording);
    const options = { seed: SEED, program, recording, instants: 4, rangeSteps: 60 };
    const report = await runDifferential(options);
    assert.deepEqual(report.differences, []);
    assert.ok(report.expressions >= 60, `${report.expressions} expressions`);
    assert.ok(report.valuesCompared > 5_000, `${report.valuesCompared} values`);
  });
});

describe('random expressions', {
  skip: modern === undefined ? 'no Prometheus 3 here' : false,
}, () => {
  it('give the same answers as in Prometheus, but for what is listed', async () => {
    assert.ok(modern);
    const report = await runFuzz({ seed: SEED, program: modern, expressions: 300 });
    assert.deepEqual(report.differences, []);
    assert.ok(report.valuesCompared > 5_000, `${report.valuesCompared} values`);
  });
});

describe('the reference of differences', () => {
  it('names every boundary that is checked', () => {
    const text = readFileSync(join(ROOT, 'docs/reference/prometheus-differences.md'), 'utf8');
    const timesMs = Array.from({ length: BODIES }, (_, i) => i * 15_000);
    for (const { name } of createBoundaries({ bodies: [], timesMs })) {
      assert.ok(text.includes(`### ${name}`), `there is no heading "${name}"`);
    }
    for (const [name, { reference }] of Object.entries(DIFFERENCE_CLASSES)) {
      assert.ok(text.includes(`| ${name} |`), `there is no line "${name}"`);
      assert.ok(text.includes(reference), `line "${name}" does not name ${reference}`);
    }
  });
});

describe('values of two answers', () => {
  const check = (a: string, b: string, expected: boolean): void => {
    it(`${a} and ${b} are ${expected ? 'the same' : 'different'}`, () => {
      assert.equal(isSame(a, b), expected);
    });
  };
  check('NaN', 'NaN', true);
  check('NaN', '0', false);
  check('+Inf', '+Inf', true);
  check('+Inf', '-Inf', false);
  check('1', '1.0000000001', true);
  check('1', '1.00000001', false);
  check('0', '1e-300', false);
  check('1e+06', '1000000', true);
});
