/** The methods of time.Time and time.Duration that templates call: `(now | toTime).Format "15:04"`. */
import { formatGoDuration, formatInstant, formatTime, timePart } from './time-format.ts';
import type { DurationValue, TemplateFunction, TimeValue, Value } from './value.ts';

const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;
/** The first instant of the year 1, which Go takes for no time at all. */
const ZERO_TIME_NANOS = -62_135_596_800n * NANOS_PER_SECOND;

function plain(call: () => Value): TemplateFunction {
  return { parameters: [], call };
}

function nanosOf(value: Value): bigint {
  const isTimed =
    typeof value === 'object' &&
    value !== null &&
    (value.kind === 'time' || value.kind === 'duration');
  return isTimed ? value.nanos : 0n;
}

/** Go's integer division rounds towards zero, its Unix() down. */
function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function timeMethod({ nanos, zone }: TimeValue, name: string): TemplateFunction | undefined {
  switch (name) {
    case 'Format':
      return {
        parameters: ['string'],
        call: ([layout]) => formatTime(nanos, typeof layout === 'string' ? layout : '', zone),
      };
    case 'String':
      return plain(() => formatInstant(nanos, zone));
    case 'UTC':
    case 'Local':
      return plain(() => ({ kind: 'time', nanos }));
    case 'IsZero':
      return plain(() => nanos === ZERO_TIME_NANOS);
    case 'Unix':
      return plain(() => floorDivide(nanos, NANOS_PER_SECOND));
    case 'UnixMilli':
      return plain(() => floorDivide(nanos, NANOS_PER_MS));
    case 'UnixMicro':
      return plain(() => floorDivide(nanos, 1_000n));
    case 'UnixNano':
      return plain(() => nanos);
    case 'Year':
    case 'Day':
    case 'Hour':
    case 'Minute':
    case 'Second':
    case 'YearDay':
      return plain(() => timePart(nanos, name, zone));
    case 'Month':
      return plain(() => formatTime(nanos, 'January', zone));
    case 'Weekday':
      return plain(() => formatTime(nanos, 'Monday', zone));
    case 'Add':
      return {
        parameters: ['duration'],
        call: ([by]) => ({ kind: 'time', nanos: nanos + nanosOf(by), ...(zone && { zone }) }),
      };
    case 'Sub':
      return {
        parameters: ['time'],
        call: ([from]) => ({ kind: 'duration', nanos: nanos - nanosOf(from) }),
      };
    case 'Before':
      return { parameters: ['time'], call: ([other]) => nanos < nanosOf(other) };
    case 'After':
      return { parameters: ['time'], call: ([other]) => nanos > nanosOf(other) };
    case 'Equal':
      return { parameters: ['time'], call: ([other]) => nanos === nanosOf(other) };
    default:
      return undefined;
  }
}

/** Rounds half away from zero, as time.Duration.Round does. */
function roundTo(nanos: bigint, step: bigint): bigint {
  if (step <= 0n) return nanos;
  const rest = nanos % step;
  const size = rest < 0n ? -rest : rest;
  const down = nanos - rest;
  if (size * 2n < step) return down;
  return nanos < 0n ? down - step : down + step;
}

function durationMethod({ nanos }: DurationValue, name: string): TemplateFunction | undefined {
  const per = (unit: bigint): TemplateFunction => plain(() => Number(nanos) / Number(unit));
  switch (name) {
    case 'String':
      return plain(() => formatGoDuration(nanos));
    case 'Hours':
      return per(3600n * NANOS_PER_SECOND);
    case 'Minutes':
      return per(60n * NANOS_PER_SECOND);
    case 'Seconds':
      return per(NANOS_PER_SECOND);
    case 'Milliseconds':
      return plain(() => nanos / NANOS_PER_MS);
    case 'Microseconds':
      return plain(() => nanos / 1_000n);
    case 'Nanoseconds':
      return plain(() => nanos);
    case 'Abs':
      return plain(() => ({ kind: 'duration', nanos: nanos < 0n ? -nanos : nanos }));
    case 'Round':
      return {
        parameters: ['duration'],
        call: ([step]) => ({ kind: 'duration', nanos: roundTo(nanos, nanosOf(step)) }),
      };
    case 'Truncate':
      return {
        parameters: ['duration'],
        call: ([step]) => {
          const size = nanosOf(step);
          return { kind: 'duration', nanos: size <= 0n ? nanos : nanos - (nanos % size) };
        },
      };
    default:
      return undefined;
  }
}

/** The method of a value, bound to it; undefined where it has none of that name. */
export function findMethod(value: Value, name: string): TemplateFunction | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  switch (value.kind) {
    case 'time':
      return timeMethod(value, name);
    case 'duration':
      return durationMethod(value, name);
    case 'map':
      return value.methods?.get(name)?.(value);
    case 'list':
      return value.methods?.get(name)?.(value);
    case 'struct':
    case 'text':
      return undefined;
  }
}
