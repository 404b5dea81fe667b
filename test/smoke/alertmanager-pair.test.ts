/** The promise: two instances of `nines alertmanager` share silences and notify once. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { members } from '../harness/json.ts';
import { findPrograms } from '../harness/peers.ts';
import { waitUntil } from '../harness/wait.ts';
import { startPair } from '../alertmanager/cluster.ts';
import { type Sink, startSink } from '../alertmanager/sink.ts';
import type { RunningAlertmanager } from '../alertmanager/program.ts';

const [amtool] = findPrograms('amtool');
/** Short, and yet longer than a machine with much to do keeps a process waiting. */
const FLAGS = ['--cluster.peer-timeout=500ms', '--cluster.probe-interval=300ms'];

it('two instances notify once, know each other’s silences, and one goes on alone', async () => {
  await using opened = new AsyncDisposableStack();
  const sink = await startSink();
  opened.defer(async () => sink.stop());
  const config = `
route: { receiver: ops, group_by: [alertname], group_wait: 550ms, group_interval: 1s }
receivers: [{ name: ops, webhook_configs: [{ url: ${sink.url}/ops }] }]
`;
  const pair = await startPair(config, FLAGS);
  opened.defer(async () => pair.stop());
  const [first, second] = pair.running;
  await tell(pair.running, sink, 'Down');
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const matchers = [{ name: 'alertname', value: 'Slow', isRegex: false, isEqual: true }];
  const wish = { matchers, startsAt, endsAt, createdBy: 'ana', comment: 'known' };
  const { status, text } = await first.post('/api/v2/silences', wish);
  assert.equal(status, 200);
  // Answered, so the other one has it, too.
  const { silenceID } = members(JSON.parse(text));
  assert.match(await readSilences(second), new RegExp(String(silenceID)));
  // The other one had its turn of the first alert before this is told.
  await tell(pair.running, sink, 'Full');
  await pair.kill(0);
  await tell([second], sink, 'Lost');
  assert.deepEqual(
    sink.told.map(({ groupKey }) => groupKey),
    ['Down', 'Full', 'Lost'].map((name) => `{}:{alertname="${name}"}`),
  );
});

/** As people do, where they have the tool. */
async function readSilences(program: RunningAlertmanager): Promise<string> {
  if (amtool === undefined) return JSON.stringify(await program.get('/api/v2/silences'));
  return execFileSync(amtool, [`--alertmanager.url=${program.url}`, 'silence', 'query'], {
    encoding: 'utf8',
  });
}

async function tell(
  programs: readonly RunningAlertmanager[],
  sink: Sink,
  alertname: string,
): Promise<void> {
  for (const program of programs) await program.post('/api/v2/alerts', [{ labels: { alertname } }]);
  const isTold = ({ groupKey }: { readonly groupKey: string }): boolean =>
    groupKey.includes(alertname);
  await waitUntil(`${alertname} to be told`, async () => sink.told.find(isTold));
}
