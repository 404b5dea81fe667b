/** Numbers for people, with Prometheus' exact outputs (template.go, common/helpers/templates). */
import { formatFloat } from './number-format.ts';
import { formatInstant } from './time-format.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const LARGE_1024 = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const INT64_SIZE = 2 ** 63;

const short = (value: number): string => formatFloat(value, 'g', 4);

function scaleDown(value: number, base: number, prefixes: readonly string[]): string {
  let prefix = '';
  let scaled = value;
  for (const next of prefixes) {
    if (Math.abs(scaled) < base) break;
    prefix = next;
    scaled /= base;
  }
  return short(scaled) + prefix;
}

function scaleUp(value: number): string {
  let prefix = '';
  let scaled = value;
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    prefix = next;
    scaled *= 1000;
  }
  return short(scaled) + prefix;
}

/** `1.235M`, `120m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value);
  return Math.abs(value) >= 1 ? scaleDown(value, 1000, LARGE) : scaleUp(value);
}

/** `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value);
  return scaleDown(value, 1024, LARGE_1024);
}

/** `1d 2h 3m 4s` of seconds; below a minute with four digits, below a second in SI steps. */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return short(value);
  if (value === 0) return `${short(value)}s`;
  if (Math.abs(value) < 1) return `${scaleUp(value)}s`;
  const sign = value < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(value));
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600) % 24;
  const days = Math.floor(whole / 86_400);
  if (days !== 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours !== 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes !== 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${short(Math.abs(value))}s`;
}

/** `12.35%` of a ratio. */
export function humanizePercentage(value: number): string {
  return `${short(value * 100)}%`;
}

/** `2015-06-23 13:19:44.128 +0000 UTC` of seconds since 1970. */
export function humanizeTimestamp(value: number): string {
  return Number.isFinite(value) ? formatInstant(secondsToNanos(value)) : short(value);
}

/** Seconds as nanoseconds, cut to whole milliseconds as Prometheus' clock has them. */
export function secondsToNanos(value: number): bigint {
  if (!Number.isFinite(value)) throw new Error('value is NaN or Inf');
  const nanos = value * 1e9;
  if (nanos >= INT64_SIZE || nanos < -INT64_SIZE) {
    const shown = formatFloat(value, 'g');
    throw new Error(
      `${shown} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  const whole = BigInt(Math.trunc(nanos));
  return whole - (whole % 1_000_000n);
}
