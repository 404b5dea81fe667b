/**
 * Pages on request: a real alert on the ordinary way, so that what is seen is what will happen at
 * three in the morning. It goes to open browsers only, and ends when somebody acknowledges it.
 */
import { assert, type Clock, type IdSource, limitExceeded } from '../platform/index.ts';
import { createLabels, fingerprintOf } from '../series/index.ts';
import type { AlertBook } from './book.ts';
import type { Decide } from './decide.ts';
import type { Expiry } from './expiry.ts';
import type { Transition } from './lifecycle.ts';
import { TEST_PAGE_MS, TEST_PAGES_OPEN_MAX, TEST_PAGES_PER_MINUTE_MAX } from './limits.ts';
import type { Source } from './model.ts';
import { TEST_POLICY } from './policy.ts';
import type { Serial } from './serial.ts';

const MINUTE_MS = 60_000;

/** What became of the request. */
export interface TestPageRequest {
  readonly alertId: string;
  readonly requestedAtMs: number;
}

/** Asks for a test page. Throws `TEST_PAGE_LIMIT`. When it resolves, alert and page are on disk. */
export type RequestTestPage = (who: string) => Promise<TestPageRequest>;

/** Builds it on the book; `sendNow` is told when a page waits. */
export function createTestPages(options: {
  readonly book: AlertBook;
  readonly serial: Serial;
  readonly decide: Decide;
  readonly expiry: Expiry;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly sendNow: () => void;
}): RequestTestPage {
  const { book, serial, decide, expiry, clock, newId, sendNow } = options;
  let recentMs: readonly number[] = [];

  /** Counts requests, not only pages: what is refused must not cost a write either. */
  const admit = (): void => {
    const nowMs = clock.monotonicMs();
    recentMs = recentMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (recentMs.length >= TEST_PAGES_PER_MINUTE_MAX) {
      const message = `${TEST_PAGES_PER_MINUTE_MAX} test pages were asked for within a minute; wait one`;
      throw limitExceeded('TEST_PAGE_LIMIT', message);
    }
    recentMs = [...recentMs, nowMs];
  };
  const countOpen = (): number =>
    [...book.files()].filter(({ alert }) => alert.origin === 'test' && alert.state === 'firing')
      .length;

  return async (who) => {
    const requestedAtMs = clock.now();
    admit();
    return serial.run(async () => {
      if (countOpen() >= TEST_PAGES_OPEN_MAX) {
        const message = `${TEST_PAGES_OPEN_MAX} test pages wait for somebody; acknowledge one first`;
        throw limitExceeded('TEST_PAGE_LIMIT', message);
      }
      await book.settleDoubts();
      const change = decide(createTest(who, newId('tp'), requestedAtMs), sourceOf(who));
      assert(change !== undefined, 'a test page led to nothing');
      await book.commit([change]);
      const alertId = change.file.alert.id;
      expiry.said(alertId, TEST_PAGE_MS);
      sendNow();
      return { alertId, requestedAtMs };
    });
  };
}

function sourceOf(who: string): Source {
  return {
    origin: 'test',
    output: 'page',
    requestedBy: who,
    policy: TEST_POLICY.name,
    expiresAfterMs: TEST_PAGE_MS,
  };
}

/** Each has a key of its own: a second test is a second alert. */
function createTest(who: string, id: string, atMs: number): Transition {
  const labels = createLabels({ alertname: 'TestPage', severity: 'page', requested_by: who });
  const description =
    `${who} asked for it. Acknowledge it and it is over; otherwise it ends by itself ` +
    'in five minutes. It goes to open browsers only.';
  return {
    kind: 'firing',
    atMs,
    reason: 'its page waits to be sent',
    alert: {
      ruleKey: `test/${id}`,
      fingerprint: fingerprintOf(labels),
      state: 'firing',
      labels,
      annotations: { summary: 'This is a test page', description },
      value: 1,
      activeAtMs: atMs,
      firedAtMs: atMs,
      keepFiringSinceMs: undefined,
    },
  };
}
