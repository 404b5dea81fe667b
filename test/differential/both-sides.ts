/** Nines and a Prometheus that have scraped the same recording. */
import { type PeerProgram, type RunningPeer, startPrometheus } from '../harness/peers.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import type { Recording } from './recording.ts';
import { startReplay } from './replay.ts';

export interface BothSides {
  readonly ours: string;
  readonly theirs: string;
  stop(): Promise<void>;
}

const SCRAPE_INTERVAL = '150ms';

/** Starts both, lets both scrape everything, and answers where to ask. */
export async function openBothSides(
  program: PeerProgram,
  recording: Recording,
): Promise<BothSides> {
  const replay = await startReplay(recording.bodies);
  const started: (RunningServer | RunningPeer)[] = [];
  try {
    const nines = await startServer({
      config: `${configFor(replay.address, '/nines')}watch: { self: false, host: false }\n`,
      args: ['--auth', 'none'],
    });
    started.push(nines);
    const peer = await startPrometheus(program, configFor(replay.address, '/prometheus'));
    started.push(peer);
    await Promise.all([replay.waitForEnd('/nines'), replay.waitForEnd('/prometheus')]);
    return {
      ours: nines.url,
      theirs: peer.url,
      stop: async () => {
        await Promise.all(started.map(async (one) => one.stop()));
      },
    };
  } catch (error) {
    await Promise.all(started.map(async (one) => one.stop()));
    throw error;
  } finally {
    await replay.stop();
  }
}

/** The same for both: labels do not tell them apart. */
function configFor(address: string, path: string): string {
  return `
global: { scrape_interval: ${SCRAPE_INTERVAL}, scrape_timeout: ${SCRAPE_INTERVAL} }
scrape_configs:
  - job_name: node
    metrics_path: ${path}
    static_configs: [{ targets: ['${address}'], labels: { instance: 'recorded:9100' } }]
`;
}
