/** The ways a page takes to a person, and proofs that they work. */
import Type from 'typebox';

const NullableTime = Type.Union([Type.Integer(), Type.Null()]);

/** What became of a test. */
export const ChannelTest = Type.Object({
  at: Type.Integer(),
  isDelivered: Type.Boolean(),
  /** What happened, as a sentence, with what to do where it failed. */
  reason: Type.String(),
  durationMs: Type.Number(),
});
export type ChannelTest = Type.Static<typeof ChannelTest>;

export const ChannelView = Type.Object({
  /** As escalation policies name it: `browser`, `webhook/ops`, `email/oncall`. */
  name: Type.String(),
  kind: Type.Union([Type.Literal('browser'), Type.Literal('webhook'), Type.Literal('email')]),
  /** Where it leads, without its secrets; for the browser, how many pages are open. */
  address: Type.String(),
  /** When it last delivered a page or a test; null: never, so nobody knows whether it works. */
  provedAt: NullableTime,
  lastTest: Type.Union([ChannelTest, Type.Null()]),
});
export type ChannelView = Type.Static<typeof ChannelView>;

export const ChannelList = Type.Object({ channels: Type.Array(ChannelView) });
export type ChannelList = Type.Static<typeof ChannelList>;

export const ChannelTestRequest = Type.Object({
  channel: Type.String({ minLength: 1, maxLength: 200 }),
});
export type ChannelTestRequest = Type.Static<typeof ChannelTestRequest>;

/** A page on request: an alert as any other, so that what is seen is what will happen. */
export const TestPage = Type.Object({
  alertId: Type.String(),
  /** When the server took the request. */
  requestedAt: Type.Integer(),
});
export type TestPage = Type.Static<typeof TestPage>;
