/** Numbers with their units, as the contract names them. */
import type { SignalUnit } from '@nines/contract';
import { formatLatency } from './duration.ts';
import { t } from '../messages/translate.ts';
import { type Digits, formatDecimal } from './decimal.ts';
import { formatBytes, formatCompact, formatPercent, formatRate } from './number.ts';

/** Below this a share is as good as none, but it is not none. */
const PERCENT_MIN = 0.0001;

/** A measured number in its unit: `840 ms`, `412/s`, `3.1 %`, `61 MiB`. */
export function formatUnit(unit: SignalUnit, value: number): string {
  switch (unit) {
    case 'seconds':
      return formatLatency(value * 1000);
    case 'per_second':
      return formatRate(value);
    case 'ratio':
      return formatRatio(value);
    case 'bytes':
      return formatBytes(value);
    case 'count':
      return formatCompact(value);
  }
}

/**
 * A share with the two digits that matter: `61 %`, `3.1 %`, `0.021 %`. Unlike `formatPercent`,
 * which is about how much of a whole is reached, it rounds.
 */
export function formatRatio(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  if (!Number.isFinite(percent) || percent >= 99) return formatPercent(ratio);
  if (size > 0 && size < PERCENT_MIN) return `<${writePercent(PERCENT_MIN, { significantMax: 1 })}`;
  const digits = size >= 10 ? { fractionMax: 0 } : { significantMax: 2 };
  return writePercent(percent, digits);
}

/** A share exactly as it was declared: `99.9 %`, `99.999 %`. */
export function formatObjective(objective: number): string {
  // 0.99999 × 100 is 99.99900000000001 in binary.
  const percent = Number((objective * 100).toPrecision(12));
  return writePercent(percent, { fractionMax: 8 });
}

function writePercent(percent: number, digits: Digits): string {
  return t('unit.percent', { percent: formatDecimal(percent, digits) });
}
