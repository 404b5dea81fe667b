import type { ReactNode } from 'react';
import { UnreachableError } from '../api/send.ts';
import { t } from '../messages/translate.ts';
import { FailurePanel } from './failure-panel.tsx';

/** What of a query's state decides what is shown. */
export interface QueryState<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** The first line of a page whose answer is not there yet, or will not come. */
export function waitingSentence(error: unknown, loading: string): string {
  return error === null || error === undefined ? loading : t('shell.unknown');
}

/**
 * The three faces of an answer: not yet there (its skeleton), failed (why, and again), there. An
 * answer that could not be renewed stays on screen with the failure above it.
 */
export function QueryView<T>(props: {
  readonly query: QueryState<T>;
  /** What failed, when it fails. */
  readonly what: string;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  const isFailed = error !== null && error !== undefined;
  // While nothing can be reached the connection bar says so, once for the whole page.
  const isToldAbove = data !== undefined && error instanceof UnreachableError;
  return (
    <>
      {isFailed && !isToldAbove && (
        <FailurePanel what={props.what} error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && props.children(data)}
      {data === undefined && !isFailed && props.skeleton}
    </>
  );
}
