/**
 * A seeded story of alerts, as senders tell it: phases, each with at most one change to each group.
 *
 * Within a phase every group has its turn at least once on either side, whenever that side's timers
 * got to it; so what each group's receivers are told, and in which order, does not hang on when
 * within the phase a turn was.
 */
import type { Random } from '../../packages/server/src/platform/index.ts';

export interface ScriptedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isResolved: boolean;
}

export interface ScriptedSilence {
  /** Names it, to be ended by. */
  readonly name: string;
  readonly matcher: { readonly name: string; readonly value: string; readonly isRegex: boolean };
}

export interface Phase {
  readonly alerts: readonly ScriptedAlert[];
  readonly silences: readonly ScriptedSilence[];
  readonly endedSilences: readonly string[];
}

/** The configuration of a side; `url` is where its receivers are. */
export function formatConfig(url: string): string {
  return `
route:
  receiver: default
  group_by: [alertname, cluster]
  group_wait: 150ms
  group_interval: 400ms
  repeat_interval: 1h
  routes:
    - receiver: audit
      matchers: [severity=~"page|ticket"]
      continue: true
      group_by: [cluster]
    - receiver: pages
      matchers: [severity="page"]
    - receiver: quiet
      matchers: [severity="ticket"]
      group_by: ['...']
inhibit_rules:
  - source_matchers: [alertname="ClusterDown"]
    target_matchers: [severity="info"]
    equal: [cluster]
receivers:
  - name: default
    webhook_configs: [{ url: ${url}/default }]
  - name: audit
    webhook_configs: [{ url: ${url}/audit, max_alerts: 3 }]
  - name: pages
    webhook_configs: [{ url: ${url}/pages }, { url: ${url}/pages-2, send_resolved: false }]
  - name: quiet
    webhook_configs: [{ url: ${url}/quiet, send_resolved: false }]
`;
}

/** Plans a story with so many changes of alerts. */
export function planScript(changeCount: number, random: Random, groupCount: number): Phase[] {
  const phases: Phase[] = [];
  const firing = new Map<string, ScriptedAlert>();
  const silenced: string[] = [];
  let planned = 0;
  while (planned < changeCount) {
    const alerts: ScriptedAlert[] = [];
    const sources: ScriptedAlert[] = [];
    for (let cluster = 0; cluster < groupCount; cluster++) {
      const change = planChange(cluster, firing, random);
      firing.set(JSON.stringify(change.labels), change);
      (change.labels.alertname === 'ClusterDown' ? sources : alerts).push(change);
    }
    const chance = random.float();
    const silence: ScriptedSilence = {
      name: `s${phases.length}`,
      matcher: { name: 'instance', value: pick(random, ['i1', 'i[23]', 'i4']), isRegex: true },
    };
    const ended = chance < 0.3 && silenced.length > 0 ? silenced.splice(0, 1) : [];
    const begun = chance > 0.7 ? [silence] : [];
    silenced.push(...begun.map(({ name }) => name));
    planned += alerts.length + sources.length;
    // A silence, and a source, change other groups than their own: each in a phase of its own.
    if (begun.length + ended.length > 0) {
      phases.push({ alerts: [], silences: begun, endedSilences: ended });
    }
    if (sources.length > 0) phases.push({ alerts: sources, silences: [], endedSilences: [] });
    phases.push({ alerts, silences: [], endedSilences: [] });
  }
  return phases;
}

/** One alert of a cluster, so that no group by cluster has two changes. */
function planChange(
  cluster: number,
  firing: ReadonlyMap<string, ScriptedAlert>,
  random: Random,
): ScriptedAlert {
  const [alertname, severity] = pick(random, [
    ['HighErrors', 'page'],
    ['Slow', 'page'],
    ['DiskFull', 'ticket'],
    ['Restarted', 'info'],
    ['ClusterDown', 'info-source'],
  ] as const);
  const labels = {
    alertname,
    severity,
    cluster: `c${cluster}`,
    // One source for each cluster: of several, Alertmanager knows one, and Nines all (ADR 125).
    instance: alertname === 'ClusterDown' ? 'i0' : `i${1 + Math.floor(random.float() * 5)}`,
  };
  const annotations = { summary: `${alertname} in ${labels.cluster}` };
  const known = firing.get(JSON.stringify(labels));
  const isResolved = known !== undefined && !known.isResolved;
  return { labels, annotations, isResolved };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.float() * items.length)];
}
