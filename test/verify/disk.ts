/** What samples take on the disk, the blocks of Prometheus' own tool beside them. */
import { compareDisks } from '../disk/compare.ts';
import { findPrograms } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const OLD_BYTES_MAX = 1.3;
const MACHINES = 4;
const HOURS = 46;
const SEED = 20_260_105;

export const disk: Verification = {
  name: 'disk',
  promise: `a sample takes at most Prometheus' bytes in recent blocks, ${OLD_BYTES_MAX} in old ones, and is exported the same`,
  async run() {
    const [promtool] = findPrograms('promtool');
    if (promtool === undefined) return missing('promtool (NINES_PEERS, PATH)');
    const options = { promtool, machines: MACHINES, hours: HOURS, seed: SEED };
    const { differentWindows, ...figures } = await compareDisks(options);
    const { recentBytesPerSample: recent, theirBytesPerSample: theirs, dumpedLines } = figures;
    const misses = differentWindows.map((window) => `from ${window} on the dumps differ`);
    if (!(recent <= theirs)) misses.push(`recent: ${recent} bytes a sample; Prometheus: ${theirs}`);
    if (!(figures.oldBytesPerSample <= OLD_BYTES_MAX)) {
      misses.push(`old: ${figures.oldBytesPerSample} bytes a sample; at most ${OLD_BYTES_MAX}`);
    }
    if (dumpedLines === 0) misses.push('nothing was dumped');
    return { isKept: misses.length === 0, figures: { seed: SEED, ...figures }, misses };
  },
};
