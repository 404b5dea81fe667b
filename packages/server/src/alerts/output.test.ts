import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../series/index.ts';
import { explainOutput, outputOf } from './output.ts';

const check = (severity: string, want: string) =>
  assert.equal(outputOf(createLabels({ severity })), want);

describe('outputOf', () => {
  it('pages', () => ['page', 'critical', 'CRITICAL'].forEach((text) => check(text, 'page')));
  it('makes tickets', () =>
    ['ticket', 'warning', 'Warning'].forEach((text) => check(text, 'ticket')));
  it('logs', () => ['log', 'info', 'none'].forEach((text) => check(text, 'log')));
  it('makes a ticket of what it does not know', () =>
    ['', 'error', 'P1', 'page!', 'constructor'].forEach((text) => check(text, 'ticket')));
});

describe('explainOutput', () => {
  const explain = (severity: string) => {
    const labels = createLabels({ severity });
    return explainOutput(labels, outputOf(labels));
  };
  it('says no more than needed where it is meant', () =>
    assert.equal(explain('warning'), 'its output is ticket'));
  it('says that the label is missing', () =>
    assert.match(explain(''), /its output is ticket, because it has no label "severity"/));
  it('says which word it did not understand, and which it would', () =>
    assert.match(explain('P1'), /severity "P1" is none of page, critical, ticket, warning/));
});
