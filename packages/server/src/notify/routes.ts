/** The contract's routes about channels. */
import type { ChannelTest as TestView, ChannelView, RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { ChannelTest } from './model.ts';
import type { ChannelState, Channels } from './service.ts';

type ChannelRoutes = RouteHandlers<'listChannels' | 'testChannel', RequestContext>;

/** Builds the handlers. */
export function createChannelRoutes(channels: Channels): ChannelRoutes {
  return {
    listChannels: () => ({ channels: channels.list().map(viewChannel) }),
    async testChannel({ body }, { actor }) {
      const by = actor?.displayName ?? 'somebody';
      return viewTest(await channels.test({ channel: body.channel, by }));
    },
  };
}

function viewChannel({ name, kind, address, proof }: ChannelState): ChannelView {
  const lastTest = proof?.lastTest;
  return {
    name,
    kind,
    address,
    provedAt: proof?.deliveredAtMs ?? null,
    lastTest: lastTest === undefined ? null : viewTest(lastTest),
  };
}

function viewTest({ atMs, isDelivered, reason, durationMs }: ChannelTest): TestView {
  return { at: atMs, isDelivered, reason, durationMs };
}
