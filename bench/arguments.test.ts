import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBenchArguments } from './arguments.ts';

const KNOWN = ['ingest', 'query'];

describe('the arguments of the benchmarks', () => {
  const check = (argv: string, expected: ReturnType<typeof parseBenchArguments>): void =>
    assert.deepEqual(parseBenchArguments(argv.split(' ').filter(Boolean), KNOWN), expected);

  it('name benchmarks, a peer and a window', () => {
    check('ingest', { names: ['ingest'], peer: undefined, windowSeconds: 25 });
    check('query ingest --peer prometheus --seconds 5', {
      names: ['query', 'ingest'],
      peer: 'prometheus',
      windowSeconds: 5,
    });
  });

  it('are refused with a reason', () => {
    check('', 'name at least one benchmark');
    check('ingest nosuch', 'there is no benchmark "nosuch"');
    for (const seconds of ['0', '10801', 'x', 'NaN']) {
      check(
        `ingest --seconds=${seconds}`,
        `--seconds is "${seconds}"; want a number from 1 to 10800`,
      );
    }
    const refused = parseBenchArguments(['ingest', '--fast'], KNOWN);
    assert.ok(typeof refused === 'string' && refused.includes('--fast'));
  });
});
