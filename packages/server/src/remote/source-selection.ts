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

/** A packed `ReadRequest` for one selection; samples are asked for, as every server answers them. */
export function createReadRequest({ matchers, fromMs, toMs }: SourceSelection): Uint8Array {
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
  const selector = `{${matchers.map(formatMatcher).join(', ')}}`;
  return { query: `${selector}[${toMs - fromMs + 1}ms]`, time: String(toMs / 1000) };
}

/** What an answer says about a source that it goes without. */
export function missingWarning(message: string): string {
  return `${message}; its series are missing from this answer`;
}
