/** What is asked of lints. */
import type { Client, LintRequest } from '@nines/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';

/** Findings change when a file is saved or a metric goes; the answer costs a few questions a rule. */
const STALE_MS = 60_000;

/** Of the rule files that are in force. */
export function lintInForceQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.lint],
    queryFn: ({ signal }) => client('lintRulesInForce', {}, signal),
    staleTime: STALE_MS,
    retry: false,
  });
}

/** What the rules in force have done. */
export function ruleQualityQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.ruleQuality],
    queryFn: ({ signal }) => client('getRuleQuality', { query: {} }, signal),
    staleTime: STALE_MS,
    retry: false,
  });
}

/** Of rules that are being written. */
export function lintQuery(client: Client, files: LintRequest['files']) {
  return queryOptions({
    queryKey: [KEYS.lint, files],
    queryFn: ({ signal }) => client('lintRules', { body: { files } }, signal),
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
    retry: false,
  });
}
