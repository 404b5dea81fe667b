/** The state of the server itself. */
import Type from 'typebox';
import { Notice } from './board.ts';

/** A receiver of `remote_write`, and how far the sending to it has come. */
const RemoteQueue = Type.Object({
  name: Type.String(),
  /** Without a password. */
  url: Type.String(),
  sentTotal: Type.Integer(),
  /** Refused by the receiver for good. */
  failedTotal: Type.Integer(),
  /** Not sent: too old, or given up because too much was waiting. */
  droppedTotal: Type.Integer(),
  samplesPerSecond: Type.Number(),
  /** How much older the newest sample that was sent is than the newest that there is. */
  behindMs: Type.Integer(),
  pendingBytes: Type.Integer(),
  shardCount: Type.Integer(),
  /** In the receiver's words, or the network's. */
  lastError: Type.Union([Type.String(), Type.Null()]),
  lastErrorAt: Type.Union([Type.Integer(), Type.Null()]),
});

export const Status = Type.Object({
  version: Type.String(),
  startedAt: Type.Integer(),
  now: Type.Integer(),
  externalUrl: Type.String(),
  notices: Type.Array(Notice),
  records: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
  series: Type.Object({
    seriesCount: Type.Integer(),
    appendedTotal: Type.Integer(),
    diskBytes: Type.Integer(),
    retentionMs: Type.Integer(),
    /** What is kept for longer: aggregates by the length of their intervals, the shortest first. */
    aggregates: Type.Array(
      Type.Object({
        everyMs: Type.Integer(),
        keepMs: Type.Integer(),
        diskBytes: Type.Integer(),
      }),
    ),
    freeDiskBytes: Type.Integer(),
  }),
  residentBytes: Type.Integer(),
  /** Where samples are sent by remote write. */
  remoteQueues: Type.Array(RemoteQueue),
});
export type Status = Type.Static<typeof Status>;

/** What is in force, read only: it is changed in its file. */
export const Settings = Type.Object({
  config: Type.Object({
    /** Null: no file, Nines watches itself. */
    file: Type.Union([Type.String(), Type.Null()]),
    text: Type.String(),
    loadedAt: Type.Integer(),
    /** Why the newest version of the file is not in force. */
    faults: Type.Array(Type.String()),
    /** What was read and has no effect here, `file:line:column: why` each. */
    ignored: Type.Array(Type.String()),
    /** What has an effect, and maybe another than its author thinks. */
    advice: Type.Array(Type.String()),
  }),
  services: Type.Array(
    Type.Object({
      name: Type.String(),
      owner: Type.Union([Type.String(), Type.Null()]),
      match: Type.Array(Type.String()),
    }),
  ),
  escalationPolicies: Type.Array(
    Type.Object({
      name: Type.String(),
      steps: Type.Array(Type.Object({ notify: Type.Array(Type.String()), waitMs: Type.Integer() })),
    }),
  ),
  webhooks: Type.Array(Type.Object({ name: Type.String(), url: Type.String() })),
  emails: Type.Array(Type.Object({ name: Type.String(), to: Type.Array(Type.String()) })),
  /** HOST:PORT of the server that takes mail; null: there is none. */
  smtp: Type.Union([Type.String(), Type.Null()]),
  ruleFiles: Type.Array(
    Type.Object({ file: Type.String(), groupCount: Type.Integer(), ruleCount: Type.Integer() }),
  ),
});
export type Settings = Type.Static<typeof Settings>;
