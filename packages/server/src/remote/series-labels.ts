/** Label sets as they come from the network, held to what a series must be. */
import { invalid } from '../platform/index.ts';
import { createLabelsFromPairs, formatLabels, type Labels, METRIC_NAME } from '../series/index.ts';

/** A name or value whose bytes are no UTF-8 is undefined. */
export type RawPair = readonly [name: string | undefined, value: string | undefined];

/**
 * Builds the labels of a series. Senders must sort them; that costs nothing to mend, so unsorted
 * ones are taken, as Prometheus does. Empty values are no labels. Throws `REMOTE_LABELS_INVALID` for
 * a name that stands twice or is empty, for text that is not UTF-8, and where there is no metric name.
 */
export function createSeriesLabels(raw: readonly RawPair[]): Labels {
  const pairs = raw.map(([name, value]): [string, string] => {
    if (name === undefined || value === undefined) throw refused('a text is not UTF-8', raw);
    if (name === '') throw refused('a label has an empty name', raw);
    return [name, value];
  });
  const names = new Set<string>();
  for (const [name] of pairs) {
    if (names.has(name)) throw refused(`the label "${name}" stands twice`, raw);
    names.add(name);
  }
  const labels = createLabelsFromPairs(pairs);
  if (!labels.names.includes(METRIC_NAME)) throw refused(`there is no ${METRIC_NAME}`, raw);
  return labels;
}

const QUOTED_MAX = 300;

function refused(why: string, raw: readonly RawPair[]): Error {
  const shown = formatLabels({
    names: raw.map(([name]) => name ?? '\uFFFD'),
    values: raw.map(([, value]) => value ?? '\uFFFD'),
  });
  const short = shown.length > QUOTED_MAX ? `${shown.slice(0, QUOTED_MAX)}…` : shown;
  return invalid('REMOTE_LABELS_INVALID', `invalid metric name or labels: ${why}, in ${short}`);
}
