import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createManualClock, unavailable } from '../platform/index.ts';
import type { Batch } from './batch-outcome.ts';
import { UnexpectedRows } from './engine.ts';
import { GROUP_BATCHES_MAX, GROUP_STATEMENTS_MAX, WRITE_TIMEOUT_MS } from './limits.ts';
import { type GroupOutcome, WriteQueue } from './write-queue.ts';

const batch = (name: string, statements = 1): Batch =>
  Array.from({ length: statements }, () => ({ sql: name, parameters: [] }));
const stored: GroupOutcome = { kind: 'stored', results: [] };
const turn = async () => new Promise((resolve) => void setImmediate(resolve));
const isAppError = (code: string) => (error: unknown) =>
  error instanceof AppError && error.code === code;

/** A disk that answers when it is told to. */
function createDisk() {
  const groups: {
    readonly names: readonly string[];
    answer(outcomes?: readonly GroupOutcome[]): void;
    fail(error: Error): void;
  }[] = [];
  const clock = createManualClock();
  const execute = async (batches: readonly Batch[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly GroupOutcome[]>();
    groups.push({
      names: batches.map(([first]) => first.sql),
      answer: (outcomes = batches.map(() => stored)) => resolve(outcomes),
      fail: reject,
    });
    return promise;
  };
  return { groups, clock, queue: new WriteQueue({ execute, clock }) };
}

describe('the write queue', () => {
  it('sends what is written in one turn as one group', async () => {
    const { queue, groups } = createDisk();
    const writes = ['a', 'b', 'c'].map(async (name) => queue.write(batch(name)));
    await turn();
    groups[0].answer();
    await Promise.all(writes);
    assert.deepEqual(
      groups.map(({ names }) => names),
      [['a', 'b', 'c']],
    );
  });

  it('gathers a group while another is under way, in the order of the calls', async () => {
    const { queue, groups } = createDisk();
    const first = queue.write(batch('a'));
    await turn();
    const rest = ['b', 'c'].map(async (name) => queue.write(batch(name)));
    await turn();
    assert.equal(groups.length, 1);
    groups[0].answer();
    await first;
    await turn();
    groups[1].answer();
    await Promise.all(rest);
    assert.deepEqual(groups[1].names, ['b', 'c']);
  });

  it('answers nobody before the group is answered', async () => {
    const { queue, groups } = createDisk();
    let isAnswered = false;
    const write = queue.write(batch('a')).then(() => {
      isAnswered = true;
    });
    await turn();
    assert.equal(isAnswered, false);
    groups[0].answer();
    await write;
  });

  it('gives each batch its own outcome', async () => {
    const { queue, groups } = createDisk();
    const writes = ['a', 'b', 'c'].map(async (name) => queue.write(batch(name)));
    const settled = Promise.allSettled(writes);
    await turn();
    groups[0].answer([
      stored,
      { kind: 'unexpectedRows', statementIndex: 0, affectedRows: 2 },
      { kind: 'failed', failure: unavailable('DATABASE_UNAVAILABLE', 'the disk is full') },
    ]);
    const [a, b, c] = await settled;
    assert.equal(a.status, 'fulfilled');
    assert.ok(b.status === 'rejected' && b.reason instanceof UnexpectedRows);
    assert.ok(c.status === 'rejected' && isAppError('DATABASE_UNAVAILABLE')(c.reason));
  });

  it('goes on after a group that failed as a whole', async () => {
    const { queue, groups } = createDisk();
    const first = queue.write(batch('a'));
    const refused = assert.rejects(first, /crashed/);
    await turn();
    groups[0].fail(new Error('crashed'));
    await refused;
    const second = queue.write(batch('b'));
    await turn();
    groups[1].answer();
    await second;
  });

  it('bounds a group by batches and by statements', async () => {
    const { queue, groups } = createDisk();
    const small = Array.from({ length: GROUP_BATCHES_MAX + 1 }, (_, i) => batch(`${i}`));
    const large = [batch('large', GROUP_STATEMENTS_MAX), batch('next'), batch('last')];
    const writes = [...small, ...large].map(async (one) => queue.write(one));
    for (let i = 0; i < 4; i++) {
      await turn();
      groups.at(-1)?.answer();
    }
    await Promise.all(writes);
    assert.deepEqual(
      groups.map(({ names }) => names.length),
      [GROUP_BATCHES_MAX, 1, 1, 2],
    );
  });

  it('never writes what it gave up on, and says that nothing was written', async () => {
    const { queue, groups, clock } = createDisk();
    const first = queue.write(batch('stuck'));
    const firstRefused = assert.rejects(first, isAppError('DATABASE_OUTCOME_UNKNOWN'));
    await turn();
    const second = queue.write(batch('waiting'));
    const secondRefused = assert.rejects(second, isAppError('DATABASE_TIMEOUT'));
    clock.advance(WRITE_TIMEOUT_MS);
    await Promise.all([firstRefused, secondRefused]);
    const third = queue.write(batch('third'));
    groups[0].answer();
    await turn();
    groups[1].answer();
    await third;
    assert.deepEqual(groups[1].names, ['third']);
  });
});
