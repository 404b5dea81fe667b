/** The programs that are measured: ours, and a peer that is found on this machine. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { VERSION } from '../packages/server/src/cli/index.ts';
import { ROOT } from '../tools/run-step.ts';

/** Where a program finds its configuration, keeps its data and listens. */
export interface Place {
  readonly configFile: string;
  readonly dataDir: string;
  readonly port: number;
}

export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Its own counters: samples that it took in, series that it holds. */
  readonly metrics: { readonly samples: string; readonly series: string };
  /** What its configuration needs so that it watches nothing but what it is told to. */
  readonly extraConfig: string;
  /** The command that runs it, the program first. */
  command(place: Place): readonly [string, ...string[]];
}

/** We, as `npm start` runs us. */
export function createNines(): Contender {
  return {
    name: 'nines',
    version: VERSION,
    metrics: { samples: 'nines_tsdb_samples_appended_total', series: 'nines_tsdb_series' },
    extraConfig: 'watch: { self: false, host: false }\n',
    command: ({ configFile, dataDir, port }) => [
      join(ROOT, 'node_modules/.bin/node'),
      join(ROOT, 'packages/server/bin/nines.mjs'),
      'serve',
      `--config=${configFile}`,
      `--data=${dataDir}`,
      `--listen=127.0.0.1:${port}`,
      '--auth=none',
    ],
  };
}

export const PEER_NAMES: readonly string[] = ['prometheus'];

/** Finds a peer in the folder NINES_PEERS, then on the path; throws where there is none. */
export function findPeer(name: string, env: NodeJS.ProcessEnv): Contender {
  if (!PEER_NAMES.includes(name)) {
    throw new Error(`there is no peer "${name}"; there is ${PEER_NAMES.join(', ')}`);
  }
  const folders = [env['NINES_PEERS'] ?? '', ...(env['PATH'] ?? '').split(delimiter)];
  const file = folders.map((dir) => join(dir, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(`no ${name} in the folder NINES_PEERS or on the path; install it, or name one`);
  }
  const output = execFileSync(file, ['--version'], { encoding: 'utf8' });
  return createPrometheus(file, parseVersion(output));
}

/** The version in what `--version` prints: `prometheus, version 3.5.3+ds (branch: …`. */
export function parseVersion(output: string): string {
  return /version (\S+)/.exec(output)?.[1] ?? 'unknown';
}

function createPrometheus(file: string, version: string): Contender {
  return {
    name: 'prometheus',
    version,
    extraConfig: '',
    metrics: {
      samples: 'prometheus_tsdb_head_samples_appended_total',
      series: 'prometheus_tsdb_head_series',
    },
    command: ({ configFile, dataDir, port }) => [
      file,
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataDir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
  };
}
