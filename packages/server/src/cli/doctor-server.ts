/** What the doctor asks a running server. */
import { totalmem } from 'node:os';
import type { ChannelList, Client, Status, TargetList } from '@nines/contract';
import { type Clock, errorMessage, formatDuration } from '../platform/index.ts';
import { type Finding, fine, formatBytes, notice, wrong } from './doctor-finding.ts';

/** Beyond it, times on graphs and in histories mislead. */
const SKEW_MS_MAX = 2_000;
/** A channel that nothing has come through for so long may not work when it has to. */
const PROOF_AGE_MS_MAX = 30 * 86_400_000;
/** Beyond half of the machine the next burst may find none. */
const MEMORY_SHARE_MAX = 0.5;
const SHOWN_MAX = 5;

/** Everything that a server can tell of itself. Throws where it cannot be reached. */
export async function examineServer(
  client: Client,
  clock: Clock,
  version: string,
): Promise<readonly Finding[]> {
  const askedAt = clock.now();
  const status = await client('getStatus', {});
  const answeredAt = clock.now();
  const { targets } = await client('listTargets', {});
  return [
    examineVersion(status, version),
    ...examineNotices(status),
    examineClock(status.now, askedAt, answeredAt),
    examineMemory(status),
    examineTargets(targets),
    ...(await examineChannels(client, clock.now())),
  ];
}

function examineVersion(status: Status, version: string): Finding {
  const up = formatDuration(Math.floor((status.now - status.startedAt) / 1000) * 1000);
  const text = `ready for ${up}, version ${status.version}`;
  if (status.version === version) return fine('server', text);
  return notice('server', `${text}, and this command is ${version}: restart the server`);
}

function examineNotices({ notices }: Status): readonly Finding[] {
  if (notices.length === 0) return [fine('notices', 'none stands on the board')];
  return notices.map(({ title, details }) => notice('notices', [title, ...details].join('; ')));
}

function examineClock(serverNow: number, askedAt: number, answeredAt: number): Finding {
  const skewMs = Math.max(askedAt - serverNow, serverNow - answeredAt, 0);
  if (skewMs <= SKEW_MS_MAX) return fine('clock', 'agrees with the server');
  const text = `the server’s clock and this one are ${formatDuration(Math.round(skewMs))} apart`;
  return wrong('clock', `${text}; look at NTP on both machines`);
}

function examineMemory({ residentBytes, series }: Status): Finding {
  const text = `${formatBytes(residentBytes)} for ${series.seriesCount} series`;
  const isLarge = residentBytes > totalmem() * MEMORY_SHARE_MAX;
  if (!isLarge) return fine('memory', text);
  return notice('memory', `${text}, more than half of this machine; drop labels with many values`);
}

function examineTargets(targets: TargetList['targets']): Finding {
  const down = targets.filter(({ health }) => health === 'down');
  if (targets.length === 0) {
    return notice(
      'targets',
      'there is none: name some in scrape_configs (docs/guide/first-service.md)',
    );
  }
  if (down.length === 0) return fine('targets', `${targets.length}, none of them down`);
  const shown = down
    .slice(0, SHOWN_MAX)
    .map(({ job, instance, lastError }) => `${job} ${instance}: ${lastError ?? 'down'}`);
  const rest = down.length > SHOWN_MAX ? ` and ${down.length - SHOWN_MAX} more` : '';
  return notice('targets', `${down.length} of ${targets.length} down: ${shown.join('; ')}${rest}`);
}

async function examineChannels(client: Client, now: number): Promise<readonly Finding[]> {
  let channels: ChannelList['channels'];
  try {
    ({ channels } = await client('listChannels', {}));
  } catch (error) {
    return [wrong('channels', `cannot be listed: ${errorMessage(error)}`)];
  }
  return channels.map((channel) => examineChannel(channel, now));
}

function examineChannel(
  { name, provedAt, lastTest }: ChannelList['channels'][number],
  now: number,
): Finding {
  const about = 'channel';
  if (lastTest !== null && !lastTest.isDelivered && lastTest.at > (provedAt ?? 0)) {
    return wrong(about, `${name}: the last test failed: ${lastTest.reason}`);
  }
  if (provedAt === null) {
    return notice(about, `${name}: nothing ever came through; nines channels test ${name}`);
  }
  const ago = formatDuration(Math.max(0, Math.floor((now - provedAt) / 60_000) * 60_000));
  const text = `${name}: last delivered ${ago} ago`;
  return now - provedAt > PROOF_AGE_MS_MAX
    ? notice(about, `${text}; nines channels test ${name}`)
    : fine(about, text);
}
