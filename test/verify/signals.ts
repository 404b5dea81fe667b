/** Golden signals without a query, for services that nobody has described, against known traffic. */
import { setTimeout } from 'node:timers/promises';
import type { ServiceSignals } from '@nines/contract';
import { startServer } from '../harness/server.ts';
import {
  FAILED_RATIO,
  findValue,
  P99_BUCKET,
  REQUESTS_PER_SECOND,
  startUnknownServices,
} from '../signals/unknown-services.ts';
import type { Verification, VerificationResult } from './verification.ts';

/** Longer than the window of rates, which then is full. */
const OBSERVE_MS = 75_000;

export const signals: Verification = {
  name: 'signals',
  promise: 'an unknown service gets its golden signals, right to the bucket, with no query written',
  run: verifySignals,
};

async function verifySignals(): Promise<VerificationResult> {
  const services = await startUnknownServices();
  const server = await startServer({ config: services.config, args: ['--auth', 'none'] });
  try {
    await setTimeout(OBSERVE_MS);
    const figures: Record<string, unknown> = {};
    const misses: string[] = [];
    for (const name of services.names) {
      const startedMs = performance.now();
      const answer = await server.client('getServiceSignals', { params: { name } });
      figures[name] = {
        answeredMs: Math.round(performance.now() - startedMs),
        lines: listLines(answer),
        versions: answer.versions,
        missing: answer.missing,
      };
      misses.push(...listMisses(name, answer));
    }
    if (services.names.length < 3) misses.push('prometheus-node-exporter is not installed');
    return { isKept: misses.length === 0, figures, misses };
  } finally {
    await server.stop();
    await services.stop();
  }
}

function listLines({ signals: found }: ServiceSignals): readonly string[] {
  return found.flatMap(({ kind, convention, title, lines }) =>
    lines.map(({ name, value }) => `${kind} (${convention}) ${title}, ${name}: ${value}`),
  );
}

function listMisses(name: string, answer: ServiceSignals): readonly string[] {
  if (name === 'with-node-exporter') {
    return ['CPU', 'memory', 'filesystem']
      .filter((line) => !isWithin(findValue(answer, 'saturation', line), 0, 1))
      .map((line) => `${name}: ${line} is no share`);
  }
  const { fromSeconds, toSeconds } = P99_BUCKET;
  const checks: readonly (readonly [string, boolean])[] = [
    ['p99', isWithin(findValue(answer, 'latency', 'p99'), fromSeconds, toSeconds)],
    ['traffic', isNear(findValue(answer, 'traffic', 'all'), REQUESTS_PER_SECOND)],
    ['errors', isNear(findValue(answer, 'errors', '5xx'), FAILED_RATIO)],
    ['saturation', answer.signals.some(({ kind }) => kind === 'saturation')],
  ];
  return checks.filter(([, isRight]) => !isRight).map(([what]) => `${name}: ${what} is wrong`);
}

function isWithin(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && value >= from && value <= to;
}

/** A scrape comes some milliseconds late now and then. */
function isNear(value: number | undefined, want: number): boolean {
  return isWithin(value, want * 0.97, want * 1.03);
}
