/** Times as options of commands. */
import { parseDuration } from '../platform/index.ts';
import { EXIT } from './command.ts';
import { CliError } from './server-client.ts';

/** A time, or how long ago it was. */
export function readTime(option: string, text: string, nowMs: number): number {
  const seconds = Number(text);
  const timeMs = Number.isFinite(seconds) ? Math.round(seconds * 1000) : Date.parse(text);
  if (timeMs >= 0) return timeMs;
  try {
    return nowMs - parseDuration(text);
  } catch {
    const wanted = 'a duration such as 7d, RFC 3339 or seconds since 1970';
    throw new CliError(EXIT.usage, `--${option}: "${text}" is no time; want ${wanted}`);
  }
}
