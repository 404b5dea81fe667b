import { t } from '../messages/translate.ts';

const NO_BREAK_SPACE = '\u00a0';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time at a glance: `840 ms`, `42 s`, `9 min`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < SECOND_MS) return unit(Math.round(ms), 'ms');
  if (ms < MINUTE_MS) return unit(Math.floor(ms / SECOND_MS), 's');
  if (ms < HOUR_MS) return unit(Math.floor(ms / MINUTE_MS), 'min');
  if (ms < DAY_MS)
    return pair({ ms, big: HOUR_MS, bigName: 'h', small: MINUTE_MS, smallName: 'min' });
  return pair({ ms, big: DAY_MS, bigName: 'd', small: HOUR_MS, smallName: 'h' });
}

/** A measured time with its digits: `0.84 ms`, `12.4 ms`, `1.25 s`. */
export function formatLatency(durationMs: number): string {
  if (durationMs < 10) return unit(Number(durationMs.toPrecision(2)), 'ms');
  if (durationMs < SECOND_MS) return unit(Math.round(durationMs), 'ms');
  if (durationMs < MINUTE_MS) return unit(Number((durationMs / SECOND_MS).toPrecision(3)), 's');
  return formatDuration(durationMs);
}

/** Time left: `2:31`, `1:02:31`; never below `0:00`. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  const minutes = Math.floor(seconds / 60);
  const tail = String(seconds % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}

/** A duration as it is written in a config file: `15s`, `5m`, `1h30m`. */
export function formatConfigDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const units = [
    [DAY_MS, 'd'],
    [HOUR_MS, 'h'],
    [MINUTE_MS, 'm'],
    [SECOND_MS, 's'],
    [1, 'ms'],
  ] as const;
  let restMs = Math.round(durationMs);
  let text = '';
  for (const [size, name] of units) {
    const count = Math.floor(restMs / size);
    if (count > 0) text += `${count}${name}`;
    restMs -= count * size;
  }
  return text;
}

/** Reads `15m`, `1h30m`, `2d`; undefined where it is not a positive duration. */
export function parseConfigDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?$/.exec(text.trim());
  if (match === null) return undefined;
  const sizes = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];
  const totalMs = sizes.reduce((sum, size, index) => sum + size * Number(match[index + 1] ?? 0), 0);
  return totalMs > 0 ? totalMs : undefined;
}

type Unit = 'ms' | 's' | 'min' | 'h' | 'd';

interface Pair {
  readonly ms: number;
  readonly big: number;
  readonly bigName: Unit;
  readonly small: number;
  readonly smallName: Unit;
}

function pair({ ms, big, bigName, small, smallName }: Pair): string {
  const bigCount = Math.floor(ms / big);
  const smallCount = Math.floor((ms % big) / small);
  const head = unit(bigCount, bigName);
  return smallCount === 0 ? head : `${head}${NO_BREAK_SPACE}${unit(smallCount, smallName)}`;
}

/** As text: the digits that matter are chosen already. */
function unit(count: number, name: Unit): string {
  return t(`unit.${name}`, { amount: String(count) });
}
