/** What the board reads from a service's figures. */
import type { ServiceSummary } from '@nines/contract';
import { t } from '../messages/translate.ts';

/** Whether any of its golden signals was found. */
export function hasSignals({ golden }: ServiceSummary): boolean {
  return Object.values(golden).some((signal) => signal !== null);
}

/** More fails than its objective allows, and its budget suffers from it. */
export function isFailing({ slo, golden }: ServiceSummary): boolean {
  if (slo === null || slo.state === 'fine' || slo.state === 'unmeasured') return false;
  const ratio = golden.errors?.value ?? null;
  return ratio !== null && ratio > 1 - slo.objective;
}

/** `1 of 2 targets up`. */
export function describeTargets({ targetsUp, targetsTotal }: ServiceSummary): string {
  return t('board.service.up', { up: targetsUp, count: targetsTotal });
}
