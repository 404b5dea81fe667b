/** Reads `timeWindow` of an OpenSLO objective. */
import { formatDuration, type YamlValue } from '../platform/index.ts';
import { WINDOW_MS_MAX, WINDOW_MS_MIN } from './limits.ts';
import { type CalendarUnit, nominalMs, type TimeWindow } from './time-window.ts';

const SHAPE = /^(?<count>\d{1,6})(?<unit>[mhdwMQY])$/;
const ROLLING_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const CALENDAR: Readonly<Record<string, readonly [CalendarUnit, number]>> = {
  d: ['days', 1],
  w: ['weeks', 1],
  M: ['months', 1],
  Q: ['months', 3],
  Y: ['years', 1],
};
/** `2026-01-01 00:00:00`, also with a T, as OpenSLO's examples write it. */
const START = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?$/;

/** Reads the only window of the list; undefined after a fault. */
export function readWindow(owner: YamlValue, value: YamlValue | undefined): TimeWindow | undefined {
  const [item, ...more] = value?.list() ?? [];
  if (item === undefined) {
    (value ?? owner).fault(
      'an objective without timeWindow is not supported by this version; name one: ' +
        '[{duration: 30d, isRolling: true}]',
    );
    return undefined;
  }
  more.forEach((one) =>
    one.fault('a second time window is not supported by this version; write a second SLO'),
  );
  const fields = item.fields(['duration', 'isRolling', 'calendar']);
  const isRolling = fields.find('isRolling')?.boolean();
  const calendar = fields.find('calendar');
  const duration = fields.find('duration');
  if (duration === undefined) {
    item.fault('this time window has no duration, such as 30d');
    return undefined;
  }
  if (calendar === undefined) {
    if (isRolling === false) {
      item.fault('a window that is not rolling needs calendar, with startTime and timeZone');
    }
    return readRolling(duration);
  }
  if (isRolling === true) calendar.fault('a rolling window has no calendar; take one of them out');
  return readCalendar(duration, calendar);
}

function readRolling(value: YamlValue): TimeWindow | undefined {
  const { count, unit } = readDuration(value);
  if (unit === '') return undefined;
  if (ROLLING_MS[unit] === undefined) {
    value.fault(
      `a rolling window in ${unit} is not supported by this version: months differ; write days, such as 30d`,
    );
    return undefined;
  }
  return bound(value, { kind: 'rolling', durationMs: count * ROLLING_MS[unit] });
}

function readCalendar(value: YamlValue, calendar: YamlValue): TimeWindow | undefined {
  const fields = calendar.fields(['startTime', 'timeZone']);
  const { count, unit } = readDuration(value);
  const startTime = fields.find('startTime');
  const timeZone = fields.find('timeZone');
  if (startTime === undefined || timeZone === undefined) {
    calendar.fault('a calendar window needs startTime and timeZone');
    return undefined;
  }
  const start = readStart(startTime);
  const zone = readZone(timeZone);
  if (unit === '' || start === undefined || zone === undefined) return undefined;
  const found = CALENDAR[unit];
  if (found === undefined) {
    value.fault(
      `a calendar window of ${count}${unit} is not supported by this version; ` +
        'write days (d), weeks (w), months (M), quarters (Q) or years (Y)',
    );
    return undefined;
  }
  const [name, times] = found;
  const window = { kind: 'calendar', unit: name, count: count * times, start } as const;
  return bound(value, { ...window, timeZone: zone });
}

function readDuration(value: YamlValue): { readonly count: number; readonly unit: string } {
  const groups = SHAPE.exec(value.string())?.groups;
  const count = Number(groups?.count ?? 0);
  if (groups !== undefined && count > 0) return { count, unit: groups.unit };
  value.fault(`${value.path} must be a number and one of m, h, d, w, M, Q, Y, such as 30d`);
  return { count: 0, unit: '' };
}

function bound(value: YamlValue, window: TimeWindow): TimeWindow | undefined {
  const lengthMs = nominalMs(window);
  if (lengthMs >= WINDOW_MS_MIN && lengthMs <= WINDOW_MS_MAX) return window;
  const [least, most] = [formatDuration(WINDOW_MS_MIN), formatDuration(WINDOW_MS_MAX)];
  value.fault(`a window must be from ${least} to ${most} long, got ${value.string()}`);
  return undefined;
}

function readStart(value: YamlValue): string | undefined {
  const text = value.string();
  try {
    if (START.test(text)) return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toString();
  } catch {
    // A month 13; said below, with all else that is no time.
  }
  value.fault(`${value.path} must be a time such as 2026-01-01 00:00:00, got "${text}"`);
  return undefined;
}

function readZone(value: YamlValue): string | undefined {
  const zone = value.string();
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    if (!/^[+-]/.test(zone)) return zone;
  } catch {
    // Said below.
  }
  value.fault(`${value.path} must be an IANA time zone such as Europe/Paris, got "${zone}"`);
  return undefined;
}
