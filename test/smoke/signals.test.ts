/**
 * The promise: a service that nobody has described gets a page that helps, with no query written,
 * whichever of the usual names its metrics have.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ServiceSignals } from '@nines/contract';
import { type RunningServer, runCommandLine, startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import {
  FAILED_RATIO,
  findValue,
  P99_BUCKET,
  startUnknownServices,
  type UnknownServices,
} from '../signals/unknown-services.ts';

describe('a service that nobody has described', () => {
  let services: UnknownServices;
  let server: RunningServer;
  before(async () => {
    services = await startUnknownServices();
    server = await startServer({ config: services.config, args: ['--auth', 'none'] });
  });
  after(async () => {
    await server.stop();
    await services.stop();
  });

  const waitForSignals = async (name: string, isThere: (answer: ServiceSignals) => boolean) =>
    waitUntil(`the signals of ${name}`, async () => {
      const answer = await server
        .client('getServiceSignals', { params: { name } })
        .catch(() => undefined);
      return answer !== undefined && isThere(answer) ? answer : undefined;
    });
  const isTimed = (answer: ServiceSignals): boolean =>
    findValue(answer, 'latency', 'p99') !== undefined;

  const checkRequests = (answer: ServiceSignals): void => {
    const p99 = findValue(answer, 'latency', 'p99') ?? 0;
    assert.ok(p99 > P99_BUCKET.fromSeconds && p99 <= P99_BUCKET.toSeconds, `p99 is ${p99}`);
    const errors = findValue(answer, 'errors', '5xx') ?? 0;
    assert.ok(Math.abs(errors - FAILED_RATIO) < 0.005, `errors are ${errors}`);
    assert.ok((findValue(answer, 'traffic', 'all') ?? 0) > 1);
    assert.deepEqual(answer.missing, []);
  };

  it('with prom-client has all four signals', async () => {
    const answer = await waitForSignals('with-prom-client', isTimed);
    checkRequests(answer);
    assert.ok(findValue(answer, 'saturation', 'open files') !== undefined);
    assert.ok((findValue(answer, 'saturation', 'heap') ?? 0) > 1e6);
  });

  it("with OpenTelemetry's names has all four signals, and its version", async () => {
    const answer = await waitForSignals('with-opentelemetry', isTimed);
    checkRequests(answer);
    assert.equal(findValue(answer, 'saturation', 'event loop'), 0.35);
    assert.deepEqual(
      answer.versions.map(({ version, source }) => [version, source]),
      [['2.1.0', 'target_info']],
    );
  });

  it('under node_exporter shows the machine, and why it has no latency', async (t) => {
    if (!services.names.includes('with-node-exporter')) {
      t.skip('prometheus-node-exporter is not installed');
      return;
    }
    const answer = await waitForSignals(
      'with-node-exporter',
      (one) => findValue(one, 'saturation', 'CPU') !== undefined,
    );
    for (const line of ['CPU', 'memory', 'filesystem']) {
      const value = findValue(answer, 'saturation', line) ?? Number.NaN;
      assert.ok(value >= 0 && value <= 1, `${line} is ${value}`);
    }
    assert.ok(findValue(answer, 'traffic', 'received') !== undefined);
    assert.deepEqual(
      answer.missing.map(({ kind }) => kind),
      ['latency'],
    );
    assert.equal(answer.versions[0].source, 'node_exporter_build_info');
  });

  it('has its four lines on the board', async () => {
    const golden = await waitUntil('the lines of the board', async () => {
      const board = await server.client('getBoard', {});
      const one = board.services.find(({ name }) => name === 'with-prom-client')?.golden;
      const value = one?.latency?.value ?? undefined;
      return value === undefined ? undefined : one;
    });
    assert.equal(golden.latency?.line.values.length, 60);
    assert.ok((golden.traffic?.value ?? 0) > 1);
    assert.ok(Math.abs((golden.errors?.value ?? 0) - FAILED_RATIO) < 0.005);
    assert.equal(golden.saturation?.unit, 'ratio');
  });

  it('is shown by the command line too', async () => {
    const run = await runCommandLine(['service', 'with-opentelemetry', '--data', server.dataDir]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^latency +HTTP requests served +p99 +[\d.]+ s$/m);
    assert.match(run.stdout, /^2\.1\.0 +127\.0\.0\.1:\d+ +target_info$/m);
    const unknown = await runCommandLine(['service', 'nobody', '--data', server.dataDir]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /there is no service "nobody"/);
  });
});
