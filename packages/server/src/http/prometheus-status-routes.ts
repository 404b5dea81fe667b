/** What Grafana, promtool and Prometheus' own page ask to know whom they talk to. */
import type { FastifyInstance } from 'fastify';
import { json, createMount } from './prometheus-answer.ts';
import type { ApiParams } from './prometheus-params.ts';

/** Data in the shape of Prometheus' answers. */
export interface PrometheusStatus {
  readonly version: string;
  readonly scrapePools: () => readonly string[];
  /** The configuration in force, without its secrets. */
  readonly configText: () => string;
  readonly runtimeInfo: () => unknown;
  readonly flags: () => Readonly<Record<string, string>>;
  readonly walReplay: () => unknown;
  readonly tsdb: (params: ApiParams) => unknown;
  readonly selfMetrics: (params: ApiParams) => Promise<unknown>;
  readonly relabelSteps: (params: ApiParams) => unknown;
  readonly scrapePoolConfig: (params: ApiParams) => unknown;
  readonly targetMetadata: (params: ApiParams) => unknown;
  readonly features: () => unknown;
}

/** Mounts the answers; they never change with a form, so GET is enough for most. */
export function mountPrometheusStatusRoutes(
  server: FastifyInstance,
  status: PrometheusStatus,
): void {
  const mount = createMount(server);
  mount(
    'scrape_pools',
    json(() => ({ scrapePools: status.scrapePools() })),
  );
  // Alerts are routed in this very process.
  mount(
    'alertmanagers',
    json(() => ({ activeAlertmanagers: [], droppedAlertmanagers: [] })),
  );
  mount('scrape_pools/config', json(status.scrapePoolConfig));
  mount('targets/relabel_steps', json(status.relabelSteps));
  mount('status/tsdb', json(status.tsdb));
  mount('targets/metadata', json(status.targetMetadata));
  mount(
    'status/buildinfo',
    json(() => describeBuild(status.version)),
  );
  mount(
    'status/config',
    json(() => ({ yaml: status.configText() })),
  );
  mount('status/flags', json(status.flags));
  mount('status/runtimeinfo', json(status.runtimeInfo));
  mount('status/walreplay', json(status.walReplay));
  mount('status/self_metrics', json(status.selfMetrics));
  mount('features', json(status.features));
}

/** Grafana reads the version to know which functions there are. */
function describeBuild(version: string): Record<string, string> {
  return {
    version: '3.5.0',
    revision: `nines-${version}`,
    branch: 'HEAD',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}
