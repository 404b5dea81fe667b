/** Structured log lines, one JSON object or one readable line each. */
import type { Clock } from './clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields too. */
  with(fields: LogFields): Log;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Builds a log that writes logfmt lines: `2026-01-02T03:04:05.678Z info message key=value`. */
export function createLog(options: {
  readonly clock: Clock;
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly fields?: LogFields;
}): Log {
  const from = ORDER.indexOf(options.level);
  const emit = (level: LogLevel, message: string, fields: LogFields): void => {
    if (ORDER.indexOf(level) < from) return;
    let line = `${new Date(options.clock.now()).toISOString()} ${level} ${message}`;
    for (const [key, value] of Object.entries({ ...options.fields, ...fields })) {
      if (value !== undefined) line += ` ${key}=${formatValue(value)}`;
    }
    options.write(`${line}\n`);
  };
  return {
    debug: (message, fields = {}) => emit('debug', message, fields),
    info: (message, fields = {}) => emit('info', message, fields),
    warn: (message, fields = {}) => emit('warn', message, fields),
    error: (message, fields = {}) => emit('error', message, fields),
    with: (fields) => createLog({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

/** A log that says nothing; for tests. */
export function createSilentLog(): Log {
  const silent: Log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: () => {},
    with: () => silent,
  };
  return silent;
}

function formatValue(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}
