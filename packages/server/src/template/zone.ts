/**
 * What a clock in a time zone shows, by the zones that Node brings.
 *
 * The offsets are those of the IANA database. Its abbreviations (`CET`, `PDT`) are not among what
 * Node knows as such: it writes one where people of some country use it, and for the rest the
 * offset stands in its place, `+03`, as in the database itself for zones without an abbreviation.
 */

/** A zone at an instant. */
export interface ZoneAt {
  /** `CET`. */
  readonly name: string;
  /** What is to be added to UTC. */
  readonly offsetMs: number;
}

export const UTC: ZoneAt = { name: 'UTC', offsetMs: 0 };

/** Languages of countries whose abbreviations differ from one another's. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-NZ'];

/** Whether there is a zone of this name. */
export function isZone(name: string): boolean {
  try {
    formatName('en-US', { name, atMs: 0, style: 'short' });
    return true;
  } catch {
    return false;
  }
}

/** The zone at an instant. Invariant: there is one of this name. */
export function findZone(name: string, atMs: number): ZoneAt {
  if (/^(?:UTC|Etc\/UTC)$/i.test(name)) return UTC;
  const offsetMs = findOffset(name, atMs);
  for (const locale of LOCALES) {
    const short = formatName(locale, { name, atMs, style: 'short' });
    if (/^[A-Z]{2,5}$/.test(short)) return { name: short, offsetMs };
  }
  const [, sign = '+', hours = '00', minutes = ''] =
    /([+-])(\d\d):?(\d\d)?/.exec(formatName('en-US', { name, atMs, style: 'longOffset' })) ?? [];
  return { name: sign + hours + (minutes === '00' ? '' : minutes), offsetMs };
}

function findOffset(name: string, atMs: number): number {
  const text = formatName('en-US', { name, atMs, style: 'longOffset' });
  const [, sign, hours, minutes, seconds = '0'] =
    /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
  if (sign === undefined) return 0;
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -size : size;
}

function formatName(
  locale: string,
  zone: {
    readonly name: string;
    readonly atMs: number;
    readonly style: 'short' | 'longOffset';
  },
): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: zone.name,
    timeZoneName: zone.style,
  });
  return format.formatToParts(zone.atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
