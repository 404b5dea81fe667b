/** Go's texts for times and durations. */
import { findZone, UTC, type ZoneAt } from './zone.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;

/** The parts of Go's reference time, Mon Jan 2 15:04:05 MST 2006, the longer forms first. */
const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|__2|_2|002|01|02|03|04|05|06|15|1|2|3|4|5|PM|pm|Z07:00:00|Z07:00|Z070000|Z0700|Z07|-07:00:00|-07:00|-070000|-0700|-07|[.,]0+(?![0-9])|[.,]9+(?![0-9])/g;

/** An instant taken apart. */
interface Parts {
  /** Its parts by UTC are those of the clock in the zone. */
  readonly date: Date;
  /** Nanoseconds within the second. */
  readonly nanos: bigint;
  readonly zone: ZoneAt;
}

function takeApart(nanos: bigint, name: string | undefined): Parts {
  const rest = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const atMs = Number((nanos - rest) / NANOS_PER_MS);
  const zone = name === undefined ? UTC : findZone(name, atMs);
  return { date: new Date(atMs + zone.offsetMs), nanos: rest, zone };
}

/** Formats an instant by one of Go's layouts. */
export function formatTime(nanos: bigint, layout: string, zone?: string): string {
  const parts = takeApart(nanos, zone);
  return layout.replace(LAYOUT, (piece) => formatPiece(parts, piece));
}

/** Go's time.Time.String. */
export function formatInstant(nanos: bigint, zone?: string): string {
  return formatTime(nanos, '2006-01-02 15:04:05.999999999 -0700 MST', zone);
}

/** One whole part of an instant, as the methods of time.Time answer it. */
export function timePart(
  nanos: bigint,
  part: 'Year' | 'Day' | 'Hour' | 'Minute' | 'Second' | 'YearDay',
  zone?: string,
): bigint {
  const { date } = takeApart(nanos, zone);
  switch (part) {
    case 'Year':
      return BigInt(date.getUTCFullYear());
    case 'Day':
      return BigInt(date.getUTCDate());
    case 'Hour':
      return BigInt(date.getUTCHours());
    case 'Minute':
      return BigInt(date.getUTCMinutes());
    case 'Second':
      return BigInt(date.getUTCSeconds());
    case 'YearDay':
      return BigInt(yearDay(date));
  }
}

function yearDay(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / 86_400_000) + 1;
}

function formatPiece({ date, nanos, zone }: Parts, piece: string): string {
  const pad = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill);
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
  const month = MONTHS[date.getUTCMonth()];
  const isMorning = date.getUTCHours() < 12;
  const texts: Readonly<Record<string, () => string>> = {
    January: () => month,
    Jan: () => month.slice(0, 3),
    Monday: () => DAYS[date.getUTCDay()],
    Mon: () => DAYS[date.getUTCDay()].slice(0, 3),
    MST: () => zone.name,
    2006: () => pad(date.getUTCFullYear(), 4),
    '06': () => pad(date.getUTCFullYear() % 100),
    '01': () => pad(date.getUTCMonth() + 1),
    1: () => String(date.getUTCMonth() + 1),
    '02': () => pad(date.getUTCDate()),
    _2: () => pad(date.getUTCDate(), 2, ' '),
    2: () => String(date.getUTCDate()),
    '002': () => pad(yearDay(date), 3),
    __2: () => pad(yearDay(date), 3, ' '),
    15: () => pad(date.getUTCHours()),
    '03': () => pad(hour12),
    3: () => String(hour12),
    '04': () => pad(date.getUTCMinutes()),
    4: () => String(date.getUTCMinutes()),
    '05': () => pad(date.getUTCSeconds()),
    5: () => String(date.getUTCSeconds()),
    PM: () => (isMorning ? 'AM' : 'PM'),
    pm: () => (isMorning ? 'am' : 'pm'),
  };
  const known = Object.hasOwn(texts, piece) ? texts[piece] : undefined;
  if (known !== undefined) return known();
  if (piece.startsWith('Z')) return zone.offsetMs === 0 ? 'Z' : formatOffset(zone, piece.slice(1));
  if (piece.startsWith('-')) return formatOffset(zone, piece.slice(1));
  return formatFraction(nanos, piece);
}

/** An offset by its pattern: `0700`, `07:00`, `07`, `07:00:00`. */
function formatOffset({ offsetMs }: ZoneAt, pattern: string): string {
  const seconds = Math.abs(offsetMs) / 1000;
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.trunc(part)).padStart(2, '0'),
  );
  const separator = pattern.includes(':') ? ':' : '';
  const count = pattern.replaceAll(':', '').length / 2;
  return (offsetMs < 0 ? '-' : '+') + parts.slice(0, count).join(separator);
}

/** `.000` keeps its zeros, `.999` drops them and, where nothing is left, the point too. */
function formatFraction(nanos: bigint, piece: string): string {
  const digits = nanos
    .toString()
    .padStart(9, '0')
    .slice(0, piece.length - 1);
  if (piece[1] === '0') return piece[0] + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : piece[0] + kept;
}

/** Go's time.Duration.String: `1h0m0s`, `1.5s`, `15ms`. */
export function formatGoDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < NANOS_PER_MS) return `${sign}${withFraction(size, 3)}µs`;
  if (size < NANOS_PER_SECOND) return `${sign}${withFraction(size, 6)}ms`;
  const minutes = size / (60n * NANOS_PER_SECOND);
  const seconds = withFraction(size % (60n * NANOS_PER_SECOND), 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  const hours = minutes / 60n;
  const head = hours === 0n ? '' : `${hours}h`;
  return `${sign}${head}${minutes % 60n}m${seconds}s`;
}

function withFraction(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const whole = digits.slice(0, -decimals);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
