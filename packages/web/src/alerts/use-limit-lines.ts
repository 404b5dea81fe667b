import { useMemo } from 'react';
import { formatValue } from '../format/number.ts';
import type { Threshold } from '../graph/annotations.ts';
import { t } from '../messages/translate.ts';

/** The limit of a rule as a line of its graph; none where the rule compares with no number. */
export function useLimitLines(threshold: number | undefined): readonly Threshold[] {
  return useMemo(
    () =>
      threshold === undefined
        ? []
        : [{ value: threshold, label: t('alert.limit', { value: formatValue(threshold) }) }],
    [threshold],
  );
}
