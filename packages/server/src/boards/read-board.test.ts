import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, formatFault } from '../platform/index.ts';
import { readBoard } from './read-board.ts';

function read(text: string, file = 'boards/shop.yaml') {
  const { board, faults } = readBoard({ file, text });
  return { board, faults: faults.map(formatFault) };
}
function checkFaults(text: string, ...wants: readonly RegExp[]): void {
  const { faults } = read(text);
  assert.equal(faults.length, wants.length, faults.join('\n') || 'there is no fault');
  wants.forEach((want, i) => assert.match(faults[i], want));
}
/** A board with one panel, and these lines in it. */
const panel = (...lines: readonly string[]): string =>
  ['panels:', '  - title: A', ...lines.map((line) => `    ${line}`)].join('\n');

const WHOLE = `
title: Shop
description: What customers see
range: 6h
refresh: 30s
variables:
  - name: job
    title: Job
    of: up{env="prod"}
    default: front
  - { name: zone, label: zone.name, all: false }
panels:
  - title: Failures
    description: Of all requests
    kind: number
    unit: ratio
    width: 4
    height: 120
    min: 0
    max: 1
    queries:
      - expr: sum(rate(errors_total{job=~"$job", "zone.name"="$zone"}[5m]))
        legend: '{{job}} failed'
    thresholds:
      - { above: 0.01, level: page, label: objective }
      - below: 0
`;

describe('readBoard', () => {
  it('reads every setting', () => {
    const { board, faults } = read(WHOLE);
    assert.deepEqual(faults, []);
    const { text, hash, ...rest } = board;
    assert.equal(text, WHOLE);
    assert.match(hash, /^[0-9a-f]{32}$/);
    assert.deepEqual(rest, {
      name: 'shop',
      title: 'Shop',
      description: 'What customers see',
      rangeMs: 6 * 3_600_000,
      refreshMs: 30_000,
      file: 'boards/shop.yaml',
      variables: [
        {
          name: 'job',
          title: 'Job',
          label: 'job',
          of: 'up{env="prod"}',
          defaultValue: 'front',
          hasAll: true,
        },
        {
          name: 'zone',
          title: 'zone',
          label: 'zone.name',
          of: '{"zone.name"!=""}',
          defaultValue: null,
          hasAll: false,
        },
      ],
      panels: [
        {
          title: 'Failures',
          description: 'Of all requests',
          kind: 'number',
          unit: 'ratio',
          width: 4,
          height: 120,
          min: 0,
          max: 1,
          queries: [
            {
              expression: 'sum(rate(errors_total{job=~"$job", "zone.name"="$zone"}[5m]))',
              legend: '{{job}} failed',
            },
          ],
          thresholds: [
            { value: 0.01, label: 'objective', level: 'page', isBelow: false },
            { value: 0, label: null, level: 'ticket', isBelow: true },
          ],
        },
      ],
    });
  });

  it('has a default for all but titles and queries', () => {
    const { board, faults } = read(panel('queries: [{expr: up}]'));
    assert.deepEqual(faults, []);
    assert.equal(board.title, 'shop');
    assert.deepEqual([board.rangeMs, board.refreshMs], [3_600_000, 15_000]);
    const [{ kind, unit, width, height, min, max, thresholds, queries }] = board.panels;
    assert.deepEqual([kind, unit, width, height, min, max], ['line', null, 6, 200, null, null]);
    assert.deepEqual([thresholds, queries], [[], [{ expression: 'up', legend: null }]]);
  });

  it('places a setting that nobody knows', () =>
    checkFaults(
      panel('quieres: []', 'queries: [{expr: up}]'),
      /^boards\/shop.yaml:3:5: .*"quieres".*did you mean "queries"/,
    ));
  it('wants a title and a query', () =>
    checkFaults('panels: [{}]', /panels\[0\] has no queries/, /panels\[0\] has no title/));
  it('wants panels', () => checkFaults('', /a board needs panels/));
  it('places a broken query', () =>
    checkFaults(
      panel('queries:', '  - expr: rate(up[5m)'),
      /:4:15: panels\[0\].queries\[0\].expr cannot be read: .*parse error/,
    ));
  it('refuses what has no value to draw', () =>
    checkFaults(panel('queries: [{expr: "up[5m]"}]'), /must be a vector or a scalar/));
  it('refuses a variable that is not declared', () =>
    checkFaults(
      panel(`queries: [{expr: 'up{job="$jbo"}'}]`),
      /\$jbo is no variable of this board; known are none/,
    ));
  it('leaves the dollars of label_replace alone', () =>
    assert.deepEqual(
      read(panel(`queries: [{expr: 'label_replace(up, "a", "\${x}", "job", "(?P<x>.*)$")'}]`))
        .faults,
      [],
    ));
  it('refuses a variable outside of quotes', () =>
    checkFaults(
      `variables: [{name: w}]\n${panel("queries: [{expr: 'rate(up[$w])'}]")}`,
      /\$w stands outside of quotes/,
      /cannot be read/,
    ));
  it('refuses all values where only one can match', () =>
    checkFaults(
      `variables: [{name: job}]\n${panel(`queries: [{expr: 'up{job="$job"}'}]`)}`,
      /\$job can be all values, which = cannot match; write =~"\$job"/,
    ));
  it('refuses a name that the page needs', () =>
    checkFaults(
      `variables: [{name: range}]\n${panel('queries: [{expr: up}]')}`,
      /cannot be called "range"/,
    ));
  it('places a broken selector', () =>
    checkFaults(
      `variables: [{name: a, of: 'up{'}]\n${panel('queries: [{expr: up}]')}`,
      /:1:27: variables\[0\].of must be a selector/,
    ));
  it('refuses a scale that is upside down', () =>
    checkFaults(panel('min: 2', 'max: 1', 'queries: [{expr: up}]'), /max must be more than/));
  it('refuses a threshold with two sides', () =>
    checkFaults(
      panel('queries: [{expr: up}]', 'thresholds: [{above: 1, below: 2}]'),
      /needs one of above and below/,
    ));
  it('refuses half a brace', () =>
    checkFaults(panel(`queries: [{expr: up, legend: '{{job}'}]`), /without its other half/));
  it('refuses a kind, a width and a refresh that do not exist', () =>
    checkFaults(
      `refresh: 1s\n${panel('kind: pie', 'width: 13', 'queries: [{expr: up}]')}`,
      /refresh must be 5s or longer/,
      /kind must be one of line, number, table, got "pie"/,
      /width must be a whole number from 1 to 12/,
    ));
  it('refuses a file whose name is no name', () => {
    const { faults } = read(panel('queries: [{expr: up}]'), 'boards/my board.yaml');
    assert.match(faults.join(), /got "my board"/);
  });

  it('reads or refuses any text, and never throws', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const words = WHOLE.split(/(\s+|[{}:,-])/).filter((word) => word !== '');
    for (let round = 0; round < 150; round++) {
      const spoiled = words.map((word) =>
        random.float() < 0.03 ? (words[Math.floor(random.float() * words.length)] ?? '') : word,
      );
      assert.doesNotThrow(() => read(spoiled.join('')), `seed ${seed}, round ${round}`);
    }
  });
});
