/** Values of signals as people read them. */
import type { SignalUnit } from '@nines/contract';

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A value with its unit; a dash where there is none. */
export function formatSignalValue(value: number | null, unit: SignalUnit): string {
  if (value === null) return '-';
  switch (unit) {
    case 'seconds':
      return value < 1 ? `${formatDigits(value * 1000)} ms` : `${formatDigits(value)} s`;
    case 'per_second':
      return `${formatDigits(value)}/s`;
    case 'ratio':
      return `${formatDigits(value * 100)} %`;
    case 'bytes': {
      const step = value < 1 ? 0 : Math.floor(Math.log2(value) / 10);
      const index = Math.min(step, BYTES.length - 1);
      return `${formatDigits(value / 1024 ** index)} ${BYTES[index]}`;
    }
    case 'count':
      return formatDigits(value);
  }
}

/** Three digits that count, without an exponent. */
export function formatDigits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
