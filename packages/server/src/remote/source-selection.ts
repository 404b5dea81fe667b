/**
 * What a query asks of other servers: series by their matchers and a range, as remote read and
 * Prometheus' query API are asked for them (prompb/remote.proto; web/api/v1).
 */
import { ProtoWriter } from '../platform/index.ts';
import {
  formatMatcher,
  isMatch,
  type Labels,
  type Matcher,
  type MatchOperator,
  METRIC_NAME,
} from '../series/index.ts';
import { packSnappy } from './snappy.ts';

/** Both ends inclusive, epoch milliseconds. */
export interface SourceSelection {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** By their number in a request. */
export const MATCH_OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/** The function of a request that looks at series and at none of their samples (tsdb/querier.go). */
export const SERIES_HINT = 'series';

/** Equal for selections of the same series. */
export function selectionKey(matchers: readonly Matcher[]): string {
  return matchers.map(formatMatcher).join();
}

/**
 * The matchers that a source is asked with: of labels that all of its series carry here, the source
 * itself knows nothing. Undefined: none of its series can match.
 */
export function narrowMatchers(
  matchers: readonly Matcher[],
  carried: Labels,
): readonly Matcher[] | undefined {
  const isCarried = ({ name }: Matcher): boolean => carried.names.includes(name);
  if (!isMatch(matchers.filter(isCarried), carried)) return undefined;
  return matchers.filter((matcher) => !isCarried(matcher));
}

/**
 * A packed `ReadRequest` for one selection; samples are asked for, as every server answers them.
 * Where only the series are wanted, it hints at that as Prometheus does for its own lists, and then
 * Prometheus and Nines leave the samples out.
 */
export function createReadRequest(
  { matchers, fromMs, toMs }: SourceSelection,
  wants: 'samples' | 'series' = 'samples',
): Uint8Array {
  const writer = new ProtoWriter();
  const query = writer.begin(1);
  writer.int(1, fromMs);
  writer.int(2, toMs);
  for (const { name, operator, value } of matchers) {
    const matcher = writer.begin(3);
    writer.uint(1, MATCH_OPERATORS.indexOf(operator));
    writer.string(2, name);
    writer.string(3, value);
    writer.end(matcher);
  }
  if (wants === 'series') {
    const hints = writer.begin(4);
    writer.string(2, SERIES_HINT);
    writer.int(3, fromMs);
    writer.int(4, toMs);
    writer.end(hints);
  }
  writer.end(query);
  return packSnappy(writer.finish());
}

/**
 * The parameters of an instant query whose answer is the samples themselves. Its window is open on
 * the left, so it begins a millisecond early.
 */
export function createRawQuery({ matchers, fromMs, toMs }: SourceSelection): {
  readonly query: string;
  readonly time: string;
} {
  return {
    query: `${formatSelector(matchers)}[${toMs - fromMs + 1}ms]`,
    time: String(toMs / 1000),
  };
}

/** The selector as PromQL, which wants a matcher that does not match what is not there. */
export function formatSelector(matchers: readonly Matcher[]): string {
  const texts = matchers.map(formatMatcher);
  if (matchers.every((matcher) => matcher.matches(''))) texts.push(`${METRIC_NAME}!=""`);
  return `{${texts.join(', ')}}`;
}

/** What an answer says about a source that it goes without. */
export function missingWarning(message: string): string {
  return `${message}; its series are missing from this answer`;
}
