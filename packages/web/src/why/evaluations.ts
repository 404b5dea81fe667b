/** How evaluations are drawn. */
import type { WhyEvaluation } from '@nines/contract';
import { t } from '../messages/translate.ts';

/** A value that is there is seen, whatever the others are. */
const LEAST = 4;
/** The highest bar leaves room, so that a limit at the top is seen as one. */
const MOST = 88;

/** How high each value stands, in percent, and where the limit is; undefined: out of sight. */
export function heightsOf(
  evaluations: readonly Pick<WhyEvaluation, 'value'>[],
  limit: number | null,
): { readonly heights: readonly number[]; readonly limit: number | undefined } {
  const values = evaluations.flatMap(({ value }) => (value === null ? [] : [value]));
  const all = limit === null ? values : [...values, limit];
  const max = Math.max(0, ...all);
  const min = Math.min(0, ...all);
  const scale = (value: number): number => (max === min ? 0 : ((value - min) / (max - min)) * MOST);
  return {
    heights: evaluations.map(({ value }) => (value === null ? 0 : Math.max(LEAST, scale(value)))),
    limit: limit === null || max === min ? undefined : scale(limit),
  };
}

export function nameState(state: WhyEvaluation['state'] | 'unknown'): string {
  return state === 'pending' || state === 'firing' ? t(`state.${state}`) : t(`why.state.${state}`);
}
