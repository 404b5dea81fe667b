import { t } from '../messages/translate.ts';
import { formatDecimal } from './decimal.ts';

/** Shown where a number is not known. */
export const UNKNOWN = '–';

const NO_BREAK_SPACE = '\u00a0';
const SI_STEPS = [
  { factor: 1e9, suffix: 'G' },
  { factor: 1e6, suffix: 'M' },
  { factor: 1e3, suffix: 'k' },
] as const;
const BYTE_STEPS = [
  { factor: 2 ** 40, suffix: 'TiB' },
  { factor: 2 ** 30, suffix: 'GiB' },
  { factor: 2 ** 20, suffix: 'MiB' },
  { factor: 2 ** 10, suffix: 'KiB' },
] as const;

/** A count as people read it: `12,480`. */
export function formatCount(count: number): string {
  return formatDecimal(count, { fractionMax: 0 });
}

/** Three significant digits and a suffix: `1.2k`, `18.4M`; small numbers as they are. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const size = Math.abs(value);
  const step = SI_STEPS.find(({ factor }) => size >= factor);
  if (step !== undefined) return `${formatDigits(value / step.factor)}${step.suffix}`;
  return formatDigits(value);
}

/** A sample's value, exact enough to compare and short enough to read. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3);
  return formatDecimal(value, { significantMax: Math.max(6, wholeDigits(size)) });
}

export function formatRate(perSecond: number): string {
  return `${formatCompact(perSecond)}/s`;
}

export function formatBytes(bytes: number): string {
  const step = BYTE_STEPS.find(({ factor }) => Math.abs(bytes) >= factor);
  if (step === undefined) return `${formatCount(bytes)}${NO_BREAK_SPACE}B`;
  return `${formatDigits(bytes / step.factor)}${NO_BREAK_SPACE}${step.suffix}`;
}

/** A share of one as a percentage; never rounds a miss up to 100 %. */
export function formatPercent(ratio: number): string {
  if (!Number.isFinite(ratio)) return formatSpecial(ratio);
  const percent = ratio * 100;
  const digits = percent >= 99 && percent < 100 ? 2 : percent >= 10 || percent === 0 ? 0 : 1;
  const factor = 10 ** digits;
  const shown = percent < 100 ? Math.floor(percent * factor) / factor : percent;
  return t('unit.percent', {
    percent: formatDecimal(shown, { fractionMax: digits }),
  });
}

function formatDigits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : undefined;
  return formatDecimal(
    value,
    decimals === undefined ? { significantMax: 3 } : { fractionMax: decimals },
  );
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '−Inf';
}

function wholeDigits(size: number): number {
  return size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
}
