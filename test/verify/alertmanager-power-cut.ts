/** Silences, alerts and the notification log of `nines alertmanager` outlive power cuts. */
import { type Ending, type KillsReport, runAlertmanagerKills } from '../alertmanager/kills.ts';
import { type LoopDisk, mountLoopDisk } from '../harness/loop-disk.ts';
import { findPrograms } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const ROUNDS = 20;
/** Of the peer, which needs no more to show what becomes of a silence. */
const PEER_ROUNDS = 5;
const SEED = 20_261_126;
const DISK_BYTES = 128 * 1024 * 1024;

export const alertmanagerPowerCut: Verification = {
  name: 'alertmanager-power-cut',
  promise: `${ROUNDS} seeded power cuts of nines alertmanager lose no answered silence or alert, and no record of a notification that is a second old`,
  async run() {
    const report = await runOnDisk((ending) => runAlertmanagerKills(ROUNDS, SEED, { ending }));
    if (report === undefined) {
      return missing('a loop device (root, mkfs.ext4, and the right to mount)');
    }
    const [path] = findPrograms('prometheus-alertmanager');
    const peer =
      path === undefined
        ? undefined
        : await runOnDisk((ending) => runAlertmanagerKills(PEER_ROUNDS, SEED, { ending, path }));
    const { silencesLost, alertsLost, alertsNeverTold, recordsLost } = report;
    const misses = [
      ...(silencesLost > 0 ? [`${silencesLost} answered silences were gone`] : []),
      ...(alertsLost > 0 ? [`${alertsLost} answered alerts were gone`] : []),
      ...(alertsNeverTold > 0 ? [`${alertsNeverTold} alerts were never told of`] : []),
      ...(recordsLost > 0 ? [`${recordsLost} notifications were told again long after`] : []),
    ];
    const ofPeer = peer && {
      rounds: peer.rounds,
      silencesAnswered: peer.silencesAnswered,
      silencesLost: peer.silencesLost,
    };
    return { isKept: misses.length === 0, figures: { seed: SEED, ...report, ofPeer }, misses };
  },
};

async function runOnDisk(
  run: (ending: Ending) => Promise<KillsReport>,
): Promise<KillsReport | undefined> {
  const disk = mountLoopDisk(DISK_BYTES);
  if (disk === undefined) return undefined;
  try {
    return await run(createEnding(disk));
  } finally {
    disk.unmount();
  }
}

/** Every second end comes in the middle of work, the others when all was told a second before. */
function createEnding(disk: LoopDisk): Ending {
  return {
    folder: disk.dir,
    isQuiet: (round) => round % 2 === 1,
    async end(program) {
      process.kill(program.processId, 'SIGSTOP');
      await disk.cutPower(async () => program.stop('SIGKILL'));
    },
  };
}
