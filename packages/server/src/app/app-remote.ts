/** Samples that come and go by network, joined to the store, and what they tell of themselves. */
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { VERSION } from '../cli/index.ts';
import {
  type AnswerRead,
  createOtlpReceiver,
  createReadHandler,
  createSender,
  createWriteReceiver,
  type DeclaredTarget,
  type MetricMetadata,
  openLogFolder,
  type OtlpReceiver,
  type Sender,
  type SendRequest,
  type WriteReceiver,
} from '../remote/index.ts';
import {
  compileRelabelRules,
  createHttpClient,
  type HttpClient,
  relabel,
  type ScrapeManager,
} from '../scrape/index.ts';
import { type Labels, mergeLabels } from '../series/index.ts';
import { createChunkEncoder, type Tsdb } from '../tsdb/index.ts';
import type { Notices } from './notices.ts';
import type { RemoteWriteEntry } from './remote-config.ts';
import type { Config } from './config.ts';
import { addOtlpMetrics, addReceiverMetrics, addSenderMetrics } from './remote-metrics.ts';
import type { AppOptions } from './start-app.ts';
import { tapStore, type TappedStore } from './tapped-store.ts';

export interface AppRemote {
  readonly receiver: WriteReceiver;
  readonly otlp: OtlpReceiver;
  readonly answerRead: AnswerRead;
  readonly sender: Sender;
  /** The store for all who write to it, so that what they write is sent on. */
  readonly store: TappedStore;
  /** Puts what a configuration says of both ways into force. */
  apply(config: Config): Promise<void>;
  /** What senders said of their metrics. */
  metadata(): readonly MetricMetadata[];
  /** The periodic part. */
  maintain(): Promise<void>;
}

interface AppRemoteInput {
  readonly options: AppOptions;
  readonly tsdb: Tsdb;
  readonly registry: Registry;
  readonly notices: Notices;
  readonly metadata: () => ReturnType<ScrapeManager['metadata']>;
}

/** Builds what receives and what sends; nothing is sent before there is a configuration. */
export function createAppRemote(input: AppRemoteInput): AppRemote {
  const { options, tsdb, registry } = input;
  const seed = Buffer.from(options.random.bytes(4)).readUInt32LE(0);
  const sender = createAppSender(input);
  const store = tapStore(tsdb, sender);
  const receiver = createWriteReceiver({ store, seed });
  let externalLabels = options.config.global.externalLabels;
  const answerRead = createReadHandler({
    store: tsdb,
    externalLabels: () => externalLabels,
    encodeChunks: createChunkEncoder(),
  });
  const otlp = createOtlpReceiver(store, options.config.otlp);
  addReceiverMetrics(registry, receiver);
  addOtlpMetrics(registry, otlp);
  addSenderMetrics(registry, sender);
  return {
    receiver,
    otlp,
    answerRead,
    sender,
    store,
    async apply({ otlp: settings, remoteWrites, global }) {
      otlp.apply(settings);
      externalLabels = global.externalLabels;
      const targets = remoteWrites.map((one) => declareTarget(one, global.externalLabels, options));
      await sender.apply(targets);
    },
    metadata: () => [...receiver.metadata(), ...otlp.metadata()],
    async maintain() {
      await sender.maintain();
      const { queues } = sender.stats();
      const isBehind = queues.some(({ behindMs }) => behindMs > CAUGHT_UP_MS);
      if (!isBehind) input.notices.clear(LOSS_NOTICE);
    },
  };
}

const LOSS_NOTICE = 'remote.lost';
/** A queue that is this close has caught up. */
const CAUGHT_UP_MS = 60_000;

function createAppSender({ options, tsdb, notices, metadata }: AppRemoteInput): Sender {
  const { clock, random, log, dataDir } = options;
  return createSender({
    openFolder: () => openLogFolder(join(dataDir, 'remote')),
    clock,
    random,
    log,
    userAgent: `nines/${VERSION}`,
    labelsOf: (ref) => tsdb.labelsOf(ref),
    metadata,
    onLoss(name, sampleCount) {
      notices.raise({
        code: LOSS_NOTICE,
        level: 'ticket',
        title: `Remote write to ${name} is too far behind: the oldest samples were given up`,
        details: [
          `${sampleCount} samples will not be sent; they are stored here all the same.`,
          'See nines remote for what the receiver answers.',
        ],
      });
    },
  });
}

/** The same settings again leave the queue alone, so the key has all that it depends on. */
function declareTarget(
  entry: RemoteWriteEntry,
  externalLabels: Labels,
  { clock }: AppOptions,
): DeclaredTarget {
  return {
    key: { ...entry, externalLabels },
    create() {
      const { config, http, relabelConfigs } = entry;
      const client = createHttpClient(http, { clock });
      const rules = compileRelabelRules(relabelConfigs);
      return {
        config,
        relabel: (labels) => relabel(mergeLabels(externalLabels, labels), rules),
        send: async (request) => sendTo(client, config.url, request),
        close: () => client.close(),
      };
    },
  };
}

/** An answer's first words; nobody reads more of it. */
const ANSWER_BYTES_MAX = 4096;

async function sendTo(
  client: HttpClient,
  url: string,
  { headers, body, signal }: Parameters<SendRequest>[0],
): ReturnType<SendRequest> {
  const response = await client.send({ url, method: 'POST', headers, body, signal });
  let text = '';
  // To its end, so that the connection can be used again.
  for await (const chunk of response) {
    if (text.length < ANSWER_BYTES_MAX) text += String(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
