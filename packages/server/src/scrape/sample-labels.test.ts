import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../platform/index.ts';
import { createLabels, labelsRecord } from '../series/index.ts';
import { NO_LIMITS } from './config.ts';
import { compileRelabelRules, DEFAULT_RELABEL_CONFIG } from './relabel.ts';
import { createSampleLabels, reportLabels, type SampleLabelRules } from './sample-labels.ts';

type Record = Readonly<{ [name: string]: string }>;

function map(exposed: Record, options: Partial<SampleLabelRules> = {}): Record | undefined {
  const mapping = createSampleLabels({
    targetLabels: createLabels({ instance: 'i', job: 'j' }),
    honorLabels: false,
    rules: [],
    limits: NO_LIMITS,
    nameValidation: 'utf8',
    ...options,
  });
  const labels = mapping(createLabels({ __name__: 'm', ...exposed }));
  return labels && labelsRecord(labels);
}

describe('the labels of a sample', () => {
  it('are its own and the target’s', () => {
    assert.deepEqual(map({ a: 'b' }), { __name__: 'm', a: 'b', instance: 'i', job: 'j' });
  });

  it('are renamed where the target has the same ones', () => {
    const want = { __name__: 'm', exported_job: 'x', instance: 'i', job: 'j' };
    assert.deepEqual(map({ job: 'x' }), want);
    const twice = { ...want, exported_exported_job: 'x', exported_job: 'y' };
    assert.deepEqual(map({ job: 'x', exported_job: 'y' }), twice);
  });

  it('find a place when a target label has the renamed name', () => {
    const targetLabels = createLabels({ a: '1', exported_a: '2' });
    assert.deepEqual(map({ a: 'x', exported_a: 'y' }, { targetLabels }), {
      __name__: 'm',
      a: '1',
      exported_a: '2',
      exported_exported_a: 'x',
      exported_exported_exported_a: 'y',
    });
  });

  it('stay where the job honours them', () => {
    const want = { __name__: 'm', instance: 'i', job: 'x' };
    assert.deepEqual(map({ job: 'x' }, { honorLabels: true }), want);
  });

  it('go through the rules, which may drop them', () => {
    const drop = { action: 'drop', sourceLabels: ['__name__'], regex: 'm' } as const;
    const rules = compileRelabelRules([{ ...DEFAULT_RELABEL_CONFIG, ...drop }]);
    assert.equal(map({}, { rules }), undefined);
    const all = { action: 'labeldrop', regex: '.*' } as const;
    const nothing = compileRelabelRules([{ ...DEFAULT_RELABEL_CONFIG, ...all }]);
    assert.equal(map({}, { rules: nothing }), undefined);
  });

  it('must keep a name, and valid ones', () => {
    const check = (options: Partial<SampleLabelRules>, want: RegExp): void => {
      assert.throws(() => map({ 'a.b': 'c' }, options), want);
    };
    const unnamed = { action: 'labeldrop', regex: '__name__' } as const;
    const rules = compileRelabelRules([{ ...DEFAULT_RELABEL_CONFIG, ...unnamed }]);
    check({ rules }, /missing metric name/);
    check({ nameValidation: 'legacy' }, /invalid metric name or label names: m\{"a\.b"="c"/);
  });

  it('must keep to the limits', () => {
    const check = (limits: Partial<typeof NO_LIMITS>, want: string | undefined): void => {
      const run = (): unknown => map({ long: 'wörter' }, { limits: { ...NO_LIMITS, ...limits } });
      if (want === undefined) assert.doesNotThrow(run);
      else assert.throws(run, (error) => error instanceof AppError && error.message === want);
    };
    check({ labelCount: 4 }, undefined);
    check({ labelCount: 3 }, 'label_limit exceeded (metric: m, number of labels: 4, limit: 3)');
    check({ labelNameBytes: 8 }, undefined);
    check(
      { labelNameBytes: 7 },
      'label_name_length_limit exceeded (metric: m, label name: __name__, length: 8, limit: 7)',
    );
    check({ labelValueBytes: 7 }, undefined);
    check(
      { labelValueBytes: 6 },
      'label_value_length_limit exceeded (metric: m, label name: long, length: 7, limit: 6)',
    );
  });

  it('of a report are the target’s', () => {
    const labels = reportLabels('up', createLabels({ job: 'j' }));
    assert.deepEqual(labelsRecord(labels), { __name__: 'up', job: 'j' });
  });
});
