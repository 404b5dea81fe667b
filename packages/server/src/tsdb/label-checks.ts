/** Which labels a series may have. */
import { invalid } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import { LABEL_TEXT_MAX, LABELS_PER_SERIES_MAX } from './limits.ts';

/** What the formats on disk and the memory of the index ask of labels. Throws `invalid`. */
export function assertLabels(labels: Labels): void {
  const { names, values } = labels;
  if (names.length > LABELS_PER_SERIES_MAX) {
    throw invalid(
      'TSDB_LABELS_INVALID',
      `series has ${names.length} labels; at most ${LABELS_PER_SERIES_MAX} are kept`,
    );
  }
  for (const text of [...names, ...values]) {
    if (text.length > LABEL_TEXT_MAX) {
      throw invalid(
        'TSDB_LABELS_INVALID',
        `label text beginning "${text.slice(0, 40)}" has ${text.length} characters; ` +
          `at most ${LABEL_TEXT_MAX} are kept`,
      );
    }
    if (!text.isWellFormed()) {
      throw invalid('TSDB_LABELS_INVALID', `label text ${JSON.stringify(text)} is not Unicode`);
    }
  }
}
