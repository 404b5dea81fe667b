/** The state of the server itself. */
import Type from 'typebox';
import { Notice } from './board.ts';

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
    freeDiskBytes: Type.Integer(),
  }),
  residentBytes: Type.Integer(),
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
