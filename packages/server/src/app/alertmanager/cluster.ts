/** The instances that `nines alertmanager` shares its state with (ADR 150). */
import { lookup } from 'node:dns/promises';
import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import {
  type Alertmanager,
  createClusterMetrics,
  NO_PEERS,
  openCluster,
  type Peers,
} from '../../alertmanager/index.ts';
import type { AlertmanagerClusterOptions } from '../../cli/index.ts';
import {
  type Clock,
  createIdSource,
  errorMessage,
  type Log,
  type Random,
} from '../../platform/index.ts';
import { type Address, cannotListen, parseAddress, resolveAddress } from '../listen-address.ts';
import { closeClusterServer, createClusterServer, createPostMessage } from './cluster-http.ts';

const LISTEN_OPTION = '--cluster.listen-address';

export interface OpenedPeers {
  readonly peers: Peers;
  /** As API v2 tells of it. */
  status(): unknown;
  /** Lets the engine notify: with peers, once they have told what they know. */
  start(engine: Alertmanager): Promise<void>;
  /** Undefined: it notifies. */
  notReady(): string | undefined;
}

interface Context {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly registry: Registry;
}

const ALONE: OpenedPeers = {
  peers: NO_PEERS,
  status: () => ({ status: 'disabled', peers: [] }),
  start: async (engine) => engine.start(),
  notReady: () => undefined,
};

/** Builds the connection to peers, where flags ask for one; it ends with what is opened. */
export async function openPeers(
  flags: AlertmanagerClusterOptions | undefined,
  context: Context,
  opened: AsyncDisposableStack,
): Promise<OpenedPeers> {
  if (flags === undefined) return ALONE;
  const { clock, log, random, registry } = context;
  const example = '127.0.0.1:9094';
  const address = await resolveAddress(parseAddress(flags.listen, example), LISTEN_OPTION);
  const advertised =
    flags.advertise === undefined
      ? { host: '', port: address.port }
      : splitAddress(flags.advertise);
  const createId = createIdSource(clock, random);
  const cluster = openCluster({
    clock,
    log,
    metrics: createClusterMetrics(registry),
    post: createPostMessage(flags),
    options: {
      ...flags,
      name: flags.peerName ?? createId('am'),
      run: createId('run'),
      peers: await findAddresses(flags, context),
      ...advertised,
    },
  });
  const server = createClusterServer(async (text, host) => cluster.take(text, host), log);
  opened.defer(async () => closeClusterServer(server));
  opened.defer(async () => cluster.stop());
  return {
    peers: cluster,
    status: () => cluster.status(),
    async start(engine) {
      await listenOn(server, address);
      log.info('Listening for peers', { address: `${address.host}:${address.port}` });
      cluster.start(engine);
    },
    notReady: () =>
      cluster.status().status === 'settling' ? 'peers tell what they know' : undefined,
  };
}

function splitAddress(text: string): Address {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

/** A name of several instances stands for all of them; any other is looked up at each connection. */
async function findAddresses(
  { peers, resolveTimeoutMs }: AlertmanagerClusterOptions,
  { clock, log }: Context,
): Promise<readonly string[]> {
  const found = await Promise.all(
    peers.map(async (peer) => {
      const { host, port } = splitAddress(peer);
      if (host.startsWith('[')) return [peer];
      try {
        const late = Promise.withResolvers<never>();
        const limit = clock.after(resolveTimeoutMs, () => {
          late.reject(new Error(`no answer within ${resolveTimeoutMs} ms`));
        });
        const addresses = await Promise.race([lookup(host, { all: true }), late.promise]).finally(
          () => limit.cancel(),
        );
        const hosts = addresses.filter(({ family }) => family === 4).map((one) => one.address);
        return hosts.length > 1 ? hosts.map((one) => `${one}:${port}`) : [peer];
      } catch (error) {
        log.warn('a peer is not known by this name yet', { peer, reason: errorMessage(error) });
        return [peer];
      }
    }),
  );
  return [...new Set(found.flat())];
}

async function listenOn(server: Server, { host, port }: Address): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) => reject(cannotListen({ host, port }, cause, LISTEN_OPTION)));
  server.listen(port, host, resolve);
  await promise;
}
