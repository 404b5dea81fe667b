import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventBus } from './event-bus.ts';

describe('event bus', () => {
  it('tells every listener in order, and reports one that throws', () => {
    const bugs: unknown[] = [];
    const bus = createEventBus<{ 'thing.happened': { n: number } }>((error) => bugs.push(error));
    const heard: string[] = [];
    bus.subscribe('thing.happened', ({ n }) => void heard.push(`a${n}`));
    bus.subscribe('thing.happened', () => {
      throw new Error('listener');
    });
    const stop = bus.subscribe('thing.happened', ({ n }) => void heard.push(`c${n}`));
    bus.publish('thing.happened', { n: 1 });
    stop();
    bus.publish('thing.happened', { n: 2 });
    assert.deepEqual(heard, ['a1', 'c1', 'a2']);
    assert.equal(bugs.length, 2);
  });
});
