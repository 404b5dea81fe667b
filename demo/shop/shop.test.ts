import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import { createCapacity } from './capacity.ts';
import { drawWaitMs, drawWorkMs } from './chance.ts';
import { openRequestLog } from './request-log.ts';
import { SERVICES } from './services.ts';

describe('the places of an instance', () => {
  it('are taken, waited for in order, and passed on', async () => {
    const capacity = createCapacity({ slotCount: 1, queueMax: 4 });
    const order: string[] = [];
    await capacity.enter('CRITICAL');
    const first = capacity.enter('CRITICAL')?.then(() => order.push('first'));
    const second = capacity.enter('CRITICAL_PLUS')?.then(() => order.push('second'));
    assert.deepEqual([capacity.inUseCount(), capacity.waitingCount()], [1, 2]);
    capacity.leave();
    await first;
    assert.deepEqual([capacity.inUseCount(), capacity.waitingCount(), ...order], [1, 1, 'first']);
    capacity.leave();
    await second;
    capacity.leave();
    assert.deepEqual([capacity.inUseCount(), capacity.waitingCount()], [0, 0]);
  });

  it('are refused to the less critical first', () => {
    const capacity = createCapacity({ slotCount: 1, queueMax: 4 });
    void capacity.enter('CRITICAL');
    const refusedAt = ['SHEDDABLE', 'SHEDDABLE_PLUS', 'CRITICAL', 'CRITICAL_PLUS'] as const;
    refusedAt.forEach((criticality, at) => {
      void capacity.enter('CRITICAL_PLUS');
      assert.equal(capacity.waitingCount(), at + 1);
      assert.equal(capacity.enter(criticality), undefined, `${criticality} behind ${at + 1}`);
    });
  });
});

describe('chance', () => {
  it('draws waits with the mean of their rate, and work around its median', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    const count = 20_000;
    const waits = Array.from({ length: count }, () => drawWaitMs(random, 20));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / count;
    assert.ok(Math.abs(mean - 50) < 2, `seed ${seed}: ${mean} ms instead of 50`);
    const works = Array.from({ length: count }, () => drawWorkMs(random, 80)).sort((a, b) => a - b);
    assert.ok(Math.abs(works[count / 2] - 80) < 2, `seed ${seed}: ${works[count / 2]} ms`);
    assert.ok(waits.every((wait) => wait >= 0) && works.every((work) => work > 0));
  });
});

describe('the request log', () => {
  const openIn = (t: TestContext): { file: string; log: ReturnType<typeof openRequestLog> } => {
    const folder = mkdtempSync(join(tmpdir(), 'nines-demo-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'requests', 'pay-1.jsonl');
    return { file, log: openRequestLog(file) };
  };
  const request = (timeMs: number) => ({
    timeMs,
    method: 'POST',
    route: '/payments',
    status: 201,
    durationMs: 80.5,
    criticality: 'CRITICAL_PLUS',
  });

  it('writes what had come when the counters were read, and the rest with the next scrape', (t) => {
    const { file, log } = openIn(t);
    log.add(request(1));
    const taken = log.take();
    log.add(request(2));
    taken.write();
    assert.equal(readFileSync(file, 'utf8'), `${JSON.stringify(request(1))}\n`);
    log.take().write();
    log.take().write();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line): unknown => JSON.parse(line)),
      [request(1), request(2)],
    );
  });

  it('holds so many lines while nobody scrapes, and counts the others', (t) => {
    const { log } = openIn(t);
    for (let at = 0; at < 100_003; at++) log.add(request(at));
    assert.equal(log.leftOutCount(), 3);
  });
});

describe('the services', () => {
  it('call only backends that there are', () => {
    for (const [name, { backends }] of Object.entries(SERVICES)) {
      for (const backend of backends) assert.ok(SERVICES[backend], `${name} calls ${backend}`);
    }
  });
});
