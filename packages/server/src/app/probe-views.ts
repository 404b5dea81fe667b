/** The contract's routes about probes. */
import type { ProbeOutcome, ProbeView, RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { ProbeResult } from '../probe/index.ts';
import type { ProbeConfig } from './probe-config.ts';
import type { Probes } from './probes.ts';

type ProbeRoutes = RouteHandlers<'listProbes' | 'runProbe', RequestContext>;

/** Builds the handlers. */
export function createProbeRoutes(options: {
  readonly probes: Probes;
  readonly config: () => ProbeConfig;
  readonly now: () => number;
}): ProbeRoutes {
  const { probes, config, now } = options;
  return {
    listProbes: () => ({
      now: now(),
      probes: config().schedule.flatMap((probe) =>
        probe.targets.map((target): ProbeView => {
          const state = probes.findState(probe.name, target);
          const { name, module, kind, intervalMs, service = null } = probe;
          return {
            name,
            target,
            module,
            service,
            kind,
            intervalMs,
            last: state === undefined ? null : viewOutcome(state.last),
            failures: state?.failures.map(viewOutcome) ?? [],
          };
        }),
      ),
    }),
    async runProbe({ body }) {
      const result = await probes.ask(body);
      return { outcome: viewOutcome(result), lines: [...result.lines] };
    },
  };
}

function viewOutcome(result: ProbeResult): ProbeOutcome {
  const { isSuccess, startedAt, durationMs, timeoutMs, phases, evidence } = result;
  return {
    isSuccess,
    startedAt,
    durationMs,
    timeoutMs,
    phases: phases.map(({ name, durationMs: tookMs }) => ({ name, durationMs: tookMs })),
    reason: evidence.reason ?? null,
    address: evidence.address ?? null,
    answer: evidence.answer ?? null,
    headers: evidence.headers.map(([name, value]) => ({ name, value })),
    certificate: evidence.certificate ?? null,
    firstBytes: evidence.firstBytes,
  };
}
