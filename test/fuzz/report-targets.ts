/** Reports on the files of other programs: whatever stands in one, each of its fields has a line. */
import {
  loadReport,
  type ReportKind,
  type ReportSource,
} from '../../packages/server/src/app/report-files.ts';
import { checkExpression } from '../../packages/server/src/app/expression-check.ts';
import { findUnclassified } from '../conformance/classified-lines.ts';
import { ALERTMANAGER_CONFIGS } from './alertmanager-targets.ts';
import { CONFIGS, PROBE_MODULES, RULES, YAML_PIECES } from './config-targets.ts';
import { type FuzzTarget, ofText } from './target.ts';

const CORPORA: readonly (readonly [ReportKind, readonly string[]])[] = [
  ['config', CONFIGS],
  ['rules', RULES],
  ['probes', PROBE_MODULES],
  ['alertmanager', ALERTMANAGER_CONFIGS],
];

/** Loaded beforehand: a reader answers at once. */
export const REPORT_TARGETS: readonly FuzzTarget[] = await Promise.all(
  CORPORA.map(async ([kind, corpus]) => {
    const report = await loadReport(kind);
    const read = (text: string): void => {
      const source: ReportSource = {
        file: 'f.yml',
        text,
        format: { checkExpression },
        readNamed: () => [],
      };
      const lines = report(source);
      // Where nothing could be parsed, there is a line for each mistake, and none has a field.
      if (!lines.some(({ path }) => path !== '')) return;
      const [place] = findUnclassified(text, lines);
      if (place !== undefined) throw new TypeError(`nothing is said of ${place}`);
    };
    return ofText({ name: `report-${kind}`, corpus, pieces: YAML_PIECES, read });
  }),
);
