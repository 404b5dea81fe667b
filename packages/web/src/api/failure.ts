/** What went wrong, why, and what to do: the three lines that every failure on a page has. */
import { ApiError } from '@nines/contract';
import { toSentence } from '../format/sentence.ts';
import { t } from '../messages/translate.ts';
import { QueryError } from './prometheus.ts';
import { UnreachableError } from './send.ts';

export interface Failure {
  readonly reason: string;
  readonly remedy: string;
}

/** The HTTP status behind an error; undefined where no answer came. */
export function findStatus(error: unknown): number | undefined {
  return error instanceof ApiError || error instanceof QueryError ? error.status : undefined;
}

/** Explains an error to the person who sees it. */
export function describeFailure(error: unknown): Failure {
  const status = findStatus(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnreachableError) {
    return { reason: t('failure.unreachable'), remedy: t('failure.unreachable.remedy') };
  }
  if (status === 401) {
    return { reason: t('failure.signedOut'), remedy: t('failure.signedOut.remedy') };
  }
  if (status === 403) return { reason: toSentence(message), remedy: t('failure.forbidden.remedy') };
  if (status === 404) return { reason: toSentence(message), remedy: t('failure.missing.remedy') };
  if (status === 429) return { reason: toSentence(message), remedy: t('failure.busy.remedy') };
  if (status !== undefined && status >= 500) {
    return { reason: toSentence(message), remedy: t('failure.server.remedy') };
  }
  return { reason: toSentence(message), remedy: t('failure.other.remedy') };
}
