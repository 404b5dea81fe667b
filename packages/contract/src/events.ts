/**
 * What the server tells an open page, as server-sent events on `EVENTS_PATH`.
 *
 * Events say that something changed, not what it is now: a page asks again for what it shows. The
 * one exception is a page to a person, which must be on screen at once. The event's `id` field
 * rises; after a reconnect everything is asked for again, so nothing is missed.
 */
import Type from 'typebox';

export const BrowserPage = Type.Object({
  /** Confirm receipt with the route `confirmPage`; unconfirmed, it counts as not delivered. */
  id: Type.String(),
  alertId: Type.String(),
  title: Type.String(),
  body: Type.String(),
  service: Type.Union([Type.String(), Type.Null()]),
  firedAt: Type.Integer(),
  /** Somebody only tries the channel: there is no alert behind it. */
  isTest: Type.Optional(Type.Boolean()),
});
export type BrowserPage = Type.Static<typeof BrowserPage>;

export const ServerEvent = Type.Union([
  Type.Object({ type: Type.Literal('hello'), version: Type.String(), now: Type.Integer() }),
  Type.Object({ type: Type.Literal('alert.changed'), alertId: Type.String() }),
  Type.Object({ type: Type.Literal('target.changed'), job: Type.String() }),
  Type.Object({ type: Type.Literal('silence.changed') }),
  Type.Object({ type: Type.Literal('notice.changed') }),
  Type.Object({ type: Type.Literal('config.changed') }),
  Type.Object({ type: Type.Literal('page'), page: BrowserPage }),
]);
export type ServerEvent = Type.Static<typeof ServerEvent>;
