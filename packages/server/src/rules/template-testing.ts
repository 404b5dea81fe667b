/** For tests: templates expanded as an alert's texts are, and values to expand them with. */
import assert from 'node:assert/strict';
import { createLabels } from '../series/index.ts';
import type { VectorSample } from './engine.ts';
import { parseTemplate } from './alert-template.ts';
import type { ListValue, Value } from '../template/index.ts';

const NOW_MS = 1_353_755_652_000;

/** Expands a template, or answers the message of its failure. */
export function expand(
  text: string,
  data: Value = null,
  vector: readonly VectorSample[] = [],
): string {
  try {
    return parseTemplate('test', text).execute(data, {
      nowMs: NOW_MS,
      externalUrl: 'http://testhost:9090/path/prefix',
      query: () => vector,
    });
  } catch (error) {
    assert.ok(error instanceof Error && /^Template\w+Error$/.test(error.name), String(error));
    return `! ${error.message}`;
  }
}

/** Expands each template and compares. */
export function check(
  cases: readonly (readonly [template: string, want: string])[],
  data?: Value,
): void {
  for (const [template, want] of cases) assert.equal(expand(template, data), want, template);
}

/** A list of anything. */
export function list(...items: Value[]): ListValue {
  return { kind: 'list', type: '[]interface {}', items };
}

/** Samples of a query. */
export function vector(
  ...samples: readonly (readonly [Record<string, string>, number])[]
): VectorSample[] {
  return samples.map(([labels, value]) => ({ labels: createLabels(labels), value }));
}
