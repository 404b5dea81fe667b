import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BugError } from '../platform/index.ts';
import { findFunction, getFunction, listFunctions } from './functions.ts';

test('all functions of Prometheus 3.14 are there, by name', () => {
  const functions = listFunctions();
  assert.equal(functions.length, 90);
  const names = functions.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)].sort());
});

test('functions have their signatures', () => {
  const check = (name: string, want: string) => {
    const { args, argsMin, argsMax, returns, isExperimental } = getFunction(name);
    const mark = isExperimental ? ' experimental' : '';
    assert.equal(`(${args.join(' ')}) ${argsMin}-${argsMax} ${returns}${mark}`, want, name);
  };
  check('abs', '(vector) 1-1 vector');
  check('pi', '() 0-0 scalar');
  check('rate', '(matrix) 1-1 vector');
  check('scalar', '(vector) 1-1 scalar');
  check('vector', '(scalar) 1-1 vector');
  check('hour', '(vector) 0-1 vector');
  check('round', '(vector scalar) 1-2 vector');
  check('clamp', '(vector scalar scalar) 3-3 vector');
  check('quantile_over_time', '(scalar matrix) 2-2 vector');
  check('predict_linear', '(matrix scalar) 2-2 vector');
  check('histogram_fraction', '(scalar scalar vector) 3-3 vector');
  check('label_join', '(vector string string string) 3-Infinity vector');
  check('label_replace', '(vector string string string string) 5-5 vector');
  check('sort_by_label', '(vector string) 1-Infinity vector experimental');
  check('info', '(vector vector) 1-2 vector experimental');
  check('histogram_quantiles', '(vector string scalar scalar) 3-12 vector experimental');
  check('min_of', '(scalar scalar) 2-2 scalar experimental');
  check('step', '() 0-0 scalar experimental');
  check('double_exponential_smoothing', '(matrix scalar scalar) 3-3 vector experimental');
});

test('names are known as written only', () => {
  assert.equal(findFunction('RATE'), undefined);
  assert.equal(findFunction('holt_winters'), undefined);
  assert.equal(findFunction('constructor'), undefined);
  assert.throws(() => getFunction('nothing'), BugError);
});
