/** The contract's routes about silences. */
import type { RouteHandlers, SilenceMatcher } from '@nines/contract';
import { createAlertMatcher } from '../alertmanager/index.ts';
import {
  assert,
  type Clock,
  errorMessage,
  invalid,
  isStorableText,
  type RequestContext,
} from '../platform/index.ts';
import type { Matcher } from '../series/index.ts';
import { TEXT_CHARS_MAX } from './limits.ts';
import type { Silences } from './service.ts';
import type { SilenceViews } from './views.ts';

export type SilenceRoutes = RouteHandlers<
  | 'listSilences'
  | 'getSilence'
  | 'previewSilence'
  | 'createSilence'
  | 'updateSilence'
  | 'expireSilence',
  RequestContext
>;

/** Builds the handlers. */
export function createSilenceRoutes(options: {
  readonly silences: Silences;
  readonly views: SilenceViews;
  readonly clock: Clock;
}): SilenceRoutes {
  const { silences, views, clock } = options;
  return {
    listSilences: ({ query }) => views.list(query),
    getSilence: async ({ params }) => views.detail(params.id),
    previewSilence: async ({ body }) =>
      views.preview({
        matchers: body.matchers.map(readMatcher),
        startsAtMs: body.startsAt ?? clock.now(),
        endsAtMs: body.endsAt,
      }),
    async createSilence({ body }, context) {
      const who = nameOf(context);
      const { startsAt = clock.now(), endsAt } = body;
      const comment = readText('comment', body.comment);
      const matchers = body.matchers.map(readMatcher);
      const times = { startsAtMs: startsAt, endsAtMs: endsAt };
      const about = { createdBy: who, comment, annotations: {} };
      const { id } = await silences.set({ id: '', matchers, ...times, ...about }, who);
      return views.detail(id);
    },
    async updateSilence({ params, body }, context) {
      const before = silences.get(params.id);
      const { startsAt = before.startsAtMs, endsAt } = body;
      const comment = readText('comment', body.comment);
      const matchers = body.matchers.map(readMatcher);
      const wish = { ...before, matchers, startsAtMs: startsAt, endsAtMs: endsAt, comment };
      const { id } = await silences.set(wish, nameOf(context));
      return views.detail(id);
    },
    async expireSilence({ params }, context) {
      await silences.expire(params.id, nameOf(context));
      return views.detail(params.id);
    },
  };
}

/** As the database takes it. */
function readText(field: string, text: string): string {
  if (isStorableText(text, TEXT_CHARS_MAX)) return text;
  throw invalid('SILENCE_INVALID', `the ${field} holds characters that cannot be stored`);
}

function readMatcher(matcher: SilenceMatcher): Matcher {
  readText('matcher', matcher.name + matcher.value);
  try {
    return createAlertMatcher(matcher);
  } catch (cause) {
    const message = `cannot read the expression of ${matcher.name}: ${errorMessage(cause)}`;
    throw invalid('SILENCE_INVALID', message, { cause });
  }
}

/** History names people as they are shown. */
function nameOf({ actor }: RequestContext): string {
  assert(actor !== undefined, 'a route that is not public was called without an actor');
  return actor.displayName;
}
