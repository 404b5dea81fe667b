import type { AlertDetail } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { describeFailure } from '../api/failure.ts';
import { alertQuery } from '../api/queries.ts';
import { useStore } from '../platform/use-store.ts';
import { type Services, useServices } from '../services.ts';
import { beginRun, type TestPageRun } from './test-page.ts';

/** No event tells that a page was taken from its queue; it is over within a second or two. */
const DETAIL_EVERY_MS = 400;

/** Asks for a page to this browser, and opens the panel that follows it. */
export function askForPage({ client, stopwatch, testPage }: Services): void {
  const run = beginRun(stopwatch());
  testPage.set(run);
  const change = (next: (run: TestPageRun) => TestPageRun) =>
    // Another may have been asked for, or the panel closed, since.
    testPage.update((now) => (now?.askedMs === run.askedMs ? next(now) : now));
  client('createTestPage', {}).then(
    (answer) => change((now) => ({ ...now, answer: { ...answer, atMs: stopwatch() } })),
    (error: unknown) => change((now) => ({ ...now, refusal: describeFailure(error) })),
  );
}

/** The run that is followed, with what the server knows of its alert. */
export function useTestPage(): {
  readonly run: TestPageRun | undefined;
  readonly detail: AlertDetail | undefined;
} {
  const { client, stopwatch, testPage } = useServices();
  const run = useStore(testPage);
  const alertId = run?.answer?.alertId;
  const isOver = run?.acknowledgedMs !== undefined;
  const { data: detail } = useQuery({
    ...alertQuery(client, alertId ?? ''),
    enabled: alertId !== undefined,
    refetchInterval: isOver ? false : DETAIL_EVERY_MS,
  });
  const isTaken = typeof detail?.alert.acknowledgedAt === 'number';
  useEffect(() => {
    if (!isTaken) return;
    testPage.update((now) =>
      now === undefined || now.acknowledgedMs !== undefined
        ? now
        : { ...now, acknowledgedMs: stopwatch() },
    );
  }, [isTaken, stopwatch, testPage]);
  return { run, detail };
}
