/** A silence that is being written, as it lives in the URL: a link to it is a proposal. */
import type { SilenceMatcher } from '@nines/contract';

export const OPERATORS = ['=', '!=', '=~', '!~'] as const;
export const LENGTHS = ['30m', '1h', '2h', '4h', '8h', '1d', '3d', '7d'] as const;

export interface SilenceDraft {
  readonly matchers: readonly SilenceMatcher[];
  readonly lasts: (typeof LENGTHS)[number];
}

const MATCHER = /^([^=!~]+)(=~|!~|!=|=)([\s\S]*)$/;
/** As many as the server takes. */
const MATCHERS_MAX = 100;

export const SILENCES_PATH = '/silences';

/** Where a silence begins that matches these labels alone. */
export function newSilencePath(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(
    ([name, value]): SilenceMatcher => ({ name, operator: '=', value }),
  );
  return `${SILENCES_PATH}/new?${formatDraft({ matchers, lasts: '2h' })}`;
}

export function formatDraft({ matchers, lasts }: SilenceDraft): string {
  const parameters = new URLSearchParams();
  for (const matcher of matchers) parameters.append('m', formatMatcher(matcher));
  if (lasts !== '2h') parameters.set('lasts', lasts);
  return parameters.toString();
}

/** What cannot be read is left out; without any matcher there is an empty one to write into. */
export function parseDraft(search: string): SilenceDraft {
  const parameters = new URLSearchParams(search);
  const matchers = parameters
    .getAll('m')
    .slice(0, MATCHERS_MAX)
    .flatMap((text) => parseMatcher(text) ?? []);
  const lasts = LENGTHS.find((length) => length === parameters.get('lasts')) ?? '2h';
  return {
    matchers: matchers.length === 0 ? [{ name: 'alertname', operator: '=', value: '' }] : matchers,
    lasts,
  };
}

/** `job=~a|b`: for people, and for the URL. */
export function formatMatcher({ name, operator, value }: SilenceMatcher): string {
  return `${name}${operator}${value}`;
}

/** What can be asked for: a matcher without a name is still being written. */
export function completeMatchers(matchers: readonly SilenceMatcher[]): readonly SilenceMatcher[] {
  return matchers.filter(({ name, value }) => name !== '' && value !== '');
}

function parseMatcher(text: string): SilenceMatcher | undefined {
  const [, name, sign, value] = MATCHER.exec(text) ?? [];
  const operator = OPERATORS.find((one) => one === sign);
  if (name === undefined || operator === undefined || value === undefined) return undefined;
  return { name, operator, value };
}
