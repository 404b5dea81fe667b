/** Channels as people see them: where each leads, whether it works, and how to find out. */
import { type Clock, type IdSource, limitExceeded, type Log, notFound } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { TESTS_MS, TESTS_PER_CHANNEL_MAX } from './limits.ts';
import type { Channel, ChannelProof, ChannelTest, Message, Outcome } from './model.ts';
import type { Notifier } from './notifier.ts';
import type { Proofs } from './proofs.ts';

export interface ChannelState extends Channel {
  readonly proof: ChannelProof | undefined;
}

export interface Channels {
  /** All channels, the browser first. */
  list(): readonly ChannelState[];
  /**
   * Sends a test and waits for what becomes of it. Throws `CHANNEL_NOT_FOUND`, and
   * `CHANNEL_TESTS_TOO_MANY` where one runs already or too many did lately.
   */
  test(request: { readonly channel: string; readonly by: string }): Promise<ChannelTest>;
  /** Calls tests under way off. */
  stop(): void;
}

export interface ChannelsOptions {
  readonly notifier: Pick<Notifier, 'channels' | 'deliver'>;
  readonly proofs: Proofs;
  readonly clock: Clock;
  readonly createId: IdSource;
  readonly log: Log;
}

/** Builds the service. */
export function createChannels(options: ChannelsOptions): Channels {
  const { notifier, proofs, clock, createId, log } = options;
  const abort = new AbortController();
  const takeTurn = createTurns(clock);
  return {
    list: () =>
      notifier.channels().map((channel) => ({ ...channel, proof: proofs.find(channel.name) })),
    async test({ channel: name, by }) {
      const channel = notifier.channels().find((one) => one.name === name);
      if (channel === undefined) {
        const known = notifier.channels().map((one) => one.name);
        const message = `there is no channel "${name}"; known are ${known.join(', ')}`;
        throw notFound('CHANNEL_NOT_FOUND', message);
      }
      const endTurn = takeTurn(name);
      try {
        const message = createTestMessage({ channel: name, by, id: createId('ts'), clock });
        const test = await run({ notifier, clock, channel, message, signal: abort.signal });
        await proofs.noteTest(name, test);
        log.info('channel tested', { channel: name, by, isDelivered: test.isDelivered });
        return test;
      } finally {
        endTurn();
      }
    },
    stop: () => abort.abort(),
  };
}

async function run(what: {
  readonly notifier: Pick<Notifier, 'deliver'>;
  readonly clock: Clock;
  readonly channel: Channel;
  readonly message: Message;
  readonly signal: AbortSignal;
}): Promise<ChannelTest> {
  const { notifier, clock, channel, message, signal } = what;
  const startMs = clock.monotonicMs();
  const outcome = await notifier.deliver(channel.name, message, signal);
  const durationMs = clock.monotonicMs() - startMs;
  const isDelivered = outcome.state === 'delivered';
  const notes = [
    isDelivered ? `Delivered ${outcome.reason}.` : `Not delivered: ${outcome.reason}.`,
  ];
  // A bridge has opened an incident by now; it should not stay open for a test.
  if (isDelivered && channel.kind === 'webhook') {
    const end = await notifier.deliver(channel.name, createEnd(message, clock.now()), signal);
    if (end.state !== 'delivered') notes.push(`Its end was not: ${end.reason}.`);
  }
  if (mayHaveArrived(outcome)) notes.push('It may have arrived all the same.');
  return { atMs: clock.now(), isDelivered, reason: notes.join(' '), durationMs };
}

function mayHaveArrived(outcome: Outcome): boolean {
  return outcome.state === 'retry' && outcome.mayHaveArrived;
}

/** What a test says; it looks like a page wherever it goes, and says everywhere that it is none. */
function createTestMessage(test: {
  readonly channel: string;
  readonly by: string;
  readonly id: string;
  readonly clock: Clock;
}): Message {
  const { channel, by, id, clock } = test;
  const summary = `Test: ${channel} reaches you`;
  return {
    pageId: id,
    kind: 'page',
    isTest: true,
    isRepeat: false,
    title: summary,
    body: `${by} tries this channel. Nothing is wrong, and there is nothing to do.`,
    step: 1,
    policy: '',
    alert: {
      id,
      name: 'NinesChannelTest',
      summary,
      output: 'page',
      fingerprint: '0000000000000000',
      labels: createLabels({ alertname: 'NinesChannelTest', channel }),
      annotations: { summary },
      value: null,
      service: undefined,
      owner: undefined,
      playbook: undefined,
      firedAtMs: clock.now(),
      resolvedAtMs: undefined,
    },
  };
}

function createEnd(message: Message, nowMs: number): Message {
  return {
    ...message,
    pageId: `${message.pageId}_end`,
    kind: 'resolved',
    alert: { ...message.alert, resolvedAtMs: nowMs },
  };
}

/** One test of a channel at a time, and a few a minute; answers how to take a turn. */
function createTurns(clock: Clock): (channel: string) => () => void {
  const begun = new Map<string, readonly number[]>();
  const running = new Set<string>();
  return (channel) => {
    const nowMs = clock.monotonicMs();
    const recent = (begun.get(channel) ?? []).filter((atMs) => nowMs - atMs < TESTS_MS);
    if (running.has(channel)) {
      const message = `a test of ${channel} is under way; wait for it`;
      throw limitExceeded('CHANNEL_TESTS_TOO_MANY', message);
    }
    if (recent.length >= TESTS_PER_CHANNEL_MAX) {
      const retryAfterSeconds = Math.ceil((recent[0] + TESTS_MS - nowMs) / 1000);
      const message = `${channel} was tested ${recent.length} times within a minute; try again in ${retryAfterSeconds} s`;
      throw limitExceeded('CHANNEL_TESTS_TOO_MANY', message, { retryAfterSeconds });
    }
    begun.set(channel, [...recent, nowMs]);
    running.add(channel);
    return () => void running.delete(channel);
  };
}
