/** Reads `time_intervals`, and `mute_time_intervals` as they were called before. */
import { localTimeZone, type YamlValue } from '../../platform/index.ts';
import { openSection, type Section } from './section.ts';
import type { InclusiveRange, TimeInterval, TimeRange } from './time-interval.ts';

/** Adds the named intervals of a list to those that are known; each name may stand once. */
export function readTimeIntervals(
  list: YamlValue | undefined,
  intervals: Map<string, readonly TimeInterval[]>,
): void {
  for (const item of list?.list() ?? []) {
    const section = openSection(item);
    const name = section.required('name');
    if (intervals.has(name)) section.fault(`time interval "${name}" is not unique`, 'name');
    intervals.set(name, section.sections('time_intervals').map(readTimeInterval));
    section.end();
  }
}

function readTimeInterval(section: Section): TimeInterval {
  return {
    times: section.find('times')?.list().map(readTimeRange),
    weekdays: readRanges(section, 'weekdays', { read: readWeekday, check: findWeekdayFault }),
    daysOfMonth: readRanges(section, 'days_of_month', { read: readInteger, check: findDayFault }),
    months: readRanges(section, 'months', { read: readMonth, check: findOrderFault }),
    years: readRanges(section, 'years', { read: readInteger, check: findOrderFault }),
    location: readLocation(section.find('location')),
  };
}

function readTimeRange(value: YamlValue): TimeRange {
  const section = openSection(value);
  const startMinute = readMinute(section, 'start_time');
  const endMinute = readMinute(section, 'end_time');
  section.end();
  if (startMinute !== undefined && endMinute !== undefined && startMinute >= endMinute) {
    value.fault(`${value.path}: start_time must be before end_time; a night is two ranges`);
  }
  return { startMinute: startMinute ?? 0, endMinute: endMinute ?? 0 };
}

function readMinute(section: Section, key: string): number | undefined {
  const text = section.text(key);
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (match === null) {
    section.fault(
      text === ''
        ? `${section.value.path} needs start_time and end_time`
        : `${section.value.path}.${key}: "${text}" is not a time of day; want one such as 09:30`,
      key,
    );
    return undefined;
  }
  return match[1] === undefined ? 1440 : Number(match[1]) * 60 + Number(match[2]);
}

interface RangeKind {
  /** undefined where a word is not one of its kind. */
  readonly read: (word: string) => number | undefined;
  /** Why a range is none. */
  readonly check: (range: InclusiveRange) => string | undefined;
}

function readRanges(
  section: Section,
  key: string,
  kind: RangeKind,
): readonly InclusiveRange[] | undefined {
  return section
    .find(key)
    ?.list()
    .flatMap((item) => {
      const text = item.string();
      const words = text.toLowerCase().split(':');
      const begin = kind.read(words[0]);
      const end = kind.read(words.at(-1) ?? '');
      if (words.length > 2 || begin === undefined || end === undefined) {
        item.fault(`${item.path}: "${text}" is none of ${key.replaceAll('_', ' ')}, nor a range`);
        return [];
      }
      const why = kind.check({ begin, end });
      if (why !== undefined) item.fault(`${item.path}: ${why}, got "${text}"`);
      return [{ begin, end }];
    });
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function readInteger(word: string): number | undefined {
  return /^[+-]?\d{1,9}$/.test(word) ? Number(word) : undefined;
}

function readWeekday(word: string): number | undefined {
  const index = WEEKDAYS.indexOf(word);
  return index < 0 ? undefined : index;
}

function readMonth(word: string): number | undefined {
  const index = MONTHS.indexOf(word);
  return index < 0 ? readInteger(word) : index + 1;
}

function findOrderFault({ begin, end }: InclusiveRange): string | undefined {
  return begin > end ? 'a range must not end before it begins' : undefined;
}

function findWeekdayFault(range: InclusiveRange): string | undefined {
  const why = findOrderFault(range);
  return why === undefined ? undefined : `${why}; a week begins with sunday`;
}

/** The shortest month decides where the two ends are counted from different ends of it. */
const MONTH_DAYS_MIN = 28;

function findDayFault({ begin, end }: InclusiveRange): string | undefined {
  const isDay = (day: number): boolean => day !== 0 && day >= -31 && day <= 31;
  if (!isDay(begin) || !isDay(end)) return 'want days from 1 to 31 or from -31 to -1';
  if (begin < 0 && end > 0) return 'a range that begins below 0 must end below 0';
  const fromStart = (day: number): number => (day < 0 ? MONTH_DAYS_MIN + day : day);
  const isBackwards = fromStart(begin) > fromStart(end);
  return isBackwards ? 'a range must not end before it begins' : undefined;
}

function readLocation(value: YamlValue | undefined): string {
  const name = value?.string() ?? '';
  if (name === '') return 'UTC';
  if (name === 'Local') return localTimeZone();
  const known = /^[A-Za-z]/.test(name) ? findTimeZone(name) : undefined;
  if (known === name) return name;
  const hint = known === undefined ? 'want one such as Europe/Berlin' : `did you mean ${known}?`;
  value?.fault(`${value.path}: "${name}" is not a time zone; ${hint}`);
  return 'UTC';
}

/** The name of a zone in its own upper and lower case letters. */
function findTimeZone(name: string): string | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    // There is no such zone, which is all that this asks.
    return undefined;
  }
}
