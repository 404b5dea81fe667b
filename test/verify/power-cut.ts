/** A power cut costs the last second's samples at most, and no record. */
import { StoreModel } from '../../packages/server/src/tsdb/store-model.ts';
import { mountLoopDisk } from '../harness/loop-disk.ts';
import { type Ending, runKills } from '../kill-9/rounds.ts';
import { missing, type Verification } from './verification.ts';

const ROUNDS = 20;
const SEED = 20_261_123;
const DISK_BYTES = 512 * 1024 * 1024;
const LOSS_MAX_MS = 1000;
const MODEL_SEEDS = 100;
const MODEL_STEPS = 1200;

export const powerCut: Verification = {
  name: 'power-cut',
  promise: `${ROUNDS} power cuts under load take samples of the last second at most, and no alert or page; torn files neither`,
  async run() {
    const disk = mountLoopDisk(DISK_BYTES);
    if (disk === undefined)
      return missing('a loop device (root, mkfs.ext4, and the right to mount)');
    const ending: Ending = {
      lossMaxMs: LOSS_MAX_MS,
      isQuiet: (round) => round % 2 === 1,
      async end(server) {
        server.process.kill('SIGSTOP');
        await disk.cutPower(async () => void (await server.stop('SIGKILL')));
      },
    };
    try {
      const { misses, ...figures } = await runKills({
        rounds: ROUNDS,
        seed: SEED,
        ending,
        dataDir: disk.dir,
      });
      const model = await runModels();
      const all = [...misses, ...model.misses];
      const { powerCuts, lateSamples } = model;
      const tornFiles = { seeds: MODEL_SEEDS, stepsEach: MODEL_STEPS, powerCuts, lateSamples };
      return {
        isKept: all.length === 0,
        figures: { seed: SEED, ...figures, tornFiles },
        misses: all,
      };
    } finally {
      disk.unmount();
    }
  },
};

/** The store alone, on a disk that tears files; see store-model.ts. */
async function runModels(): Promise<{
  readonly powerCuts: number;
  readonly lateSamples: number;
  readonly misses: readonly string[];
}> {
  const misses: string[] = [];
  let powerCuts = 0;
  let lateSamples = 0;
  for (let seed = 1; seed <= MODEL_SEEDS; seed++) {
    const world = new StoreModel(seed);
    try {
      for (let i = 0; i < MODEL_STEPS; i++) await world.step();
      world.kill();
    } catch (error) {
      misses.push(String(error).slice(0, 1000));
    }
    powerCuts += world.powerCuts;
    lateSamples += world.lateSamples;
  }
  return { powerCuts, lateSamples, misses };
}
