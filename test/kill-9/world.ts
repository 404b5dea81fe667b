/** What a server that is to end at once lives in: targets with load, faults that page, a webhook. */
import { type FakeExporter, startExporter } from '../harness/exporter.ts';
import { type FakePager, startPager } from '../harness/pager.ts';
import { createScratchFolder, type RunningServer, startServer } from '../harness/server.ts';

export interface World {
  readonly pager: FakePager;
  /** Starts the server, on the same data folder every time unless another is named. */
  start(dataDir?: string): Promise<RunningServer>;
  /** From now on, and for ever, this round's fault is there; its rule pages at once. */
  raiseFault(round: number): void;
  stop(): Promise<void>;
}

/** Series are read back in this many parts. */
export const SLICES = 20;
const SERIES_PER_SLICE = 100;
const TARGETS = 4;

/** Over minutes, because on a busy machine a scrape may fail, which is not what is examined here. */
const RULES = `
groups:
  - name: kills
    interval: 500ms
    rules:
      - { record: 'slice:load:sum', expr: 'sum by (slice) (load)' }
      - alert: Fault
        expr: max by (round) (max_over_time(fault[5m])) == 1
        labels: { severity: page }
      - alert: Waiting
        expr: max by (round) (max_over_time(fault[5m])) == 1
        for: 1h
        labels: { severity: ticket }
`;

/** Starts everything but the server, which will have its data in a folder. */
export async function openWorld(folder = createScratchFolder()): Promise<World> {
  const faults: number[] = [];
  const targets = await Promise.all(
    Array.from({ length: TARGETS }, async (_, target) => startExporter(createLoad(target, faults))),
  );
  const pager = await startPager();
  const config = configFor(targets, pager);
  return {
    pager,
    start: async (dataDir = folder) =>
      startServer({ config, files: { 'rules.yml': RULES }, dataDir }),
    raiseFault: (round) => void faults.push(round),
    async stop() {
      await Promise.all([...targets, pager].map(async (one) => one.stop()));
    },
  };
}

/**
 * A target's body. Every value of `load` is larger than the one before, so that a sample that came
 * twice would show; the series named by a generation come and go, as those of pods do.
 */
function createLoad(target: number, faults: readonly number[]): () => string {
  let count = 0;
  return () => {
    count++;
    const lines: string[] = [];
    for (let slice = target; slice < SLICES; slice += TARGETS) {
      for (let n = 0; n < SERIES_PER_SLICE; n++) {
        lines.push(`load{slice="${slice}",n="${n}"} ${count + n / 128}`);
      }
    }
    const generation = Math.floor(count / 10);
    for (let n = 0; n < SERIES_PER_SLICE; n++) {
      lines.push(`pod_load{pod="${generation}-${n}"} ${count * n}`);
    }
    if (target === 0) for (const round of faults) lines.push(`fault{round="${round}"} 1`);
    return `${lines.join('\n')}\n`;
  };
}

function configFor(targets: readonly FakeExporter[], pager: FakePager): string {
  const addresses = targets.map(({ address }) => `'${address}'`).join(', ');
  return `
global: { scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 500ms }
scrape_configs:
  - job_name: load
    static_configs: [{ targets: [${addresses}] }]
rule_files: [rules.yml]
webhooks:
  - { name: ops, url: '${pager.url}', allow_private: true }
escalation_policies:
  - name: default
    steps:
      - { notify: [webhook/ops], wait: 1h }
`;
}
