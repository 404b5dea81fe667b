/**
 * Every request of an instance, as lines of JSON, to be counted by hand against what Nines says.
 *
 * Lines are held back until a scrape takes the counters, and are written together with it: what
 * stands in the file is what the last scrape has told, to the request. So an instance that is
 * killed loses the same requests from both.
 */
import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A day of the demo at its usual load. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;
/** Between two scrapes; more means that nobody scrapes. */
const HELD_LINES_MAX = 100_000;

export interface LoggedRequest {
  /** When it was answered, in epoch milliseconds. */
  readonly timeMs: number;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly criticality: string;
}

export interface RequestLog {
  add(request: LoggedRequest): void;
  /** Takes what has been added so far; call it in the same turn that reads the counters. */
  take(): { write(): void };
  /** Requests that found no room in the log. */
  leftOutCount(): number;
}

/** Opens the log of an instance; lines are added to those of earlier runs. */
export function openRequestLog(file: string): RequestLog {
  mkdirSync(dirname(file), { recursive: true });
  let sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let held: LoggedRequest[] = [];
  let leftOut = 0;
  return {
    leftOutCount: () => leftOut,
    add(request) {
      if (held.length < HELD_LINES_MAX) held.push(request);
      else leftOut++;
    },
    take() {
      const taken = held;
      held = [];
      return {
        write() {
          if (taken.length === 0) return;
          const text = taken.map((request) => `${JSON.stringify(request)}\n`).join('');
          const bytes = Buffer.byteLength(text);
          if (sizeBytes + bytes > FILE_BYTES_MAX) {
            leftOut += taken.length;
            return;
          }
          appendFileSync(file, text);
          sizeBytes += bytes;
        },
      };
    },
  };
}
