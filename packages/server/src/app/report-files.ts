/** Reads the files of other programs as they would be put into force, and reports on them. */
import { readRuleFile, type RuleFormat } from '../rules/index.ts';
import { type ReadDocuments, refuse, reportDocuments, type ReportLine } from './config-report.ts';
import { readConfig } from './config.ts';
import { type ReadNamedFiles, readText } from './named-files.ts';

/** What a file is: a configuration, rules, modules of blackbox_exporter, an alertmanager.yml. */
export type ReportKind = 'config' | 'rules' | 'probes' | 'alertmanager';

/** A text and how it is read. */
export interface ReportSource {
  readonly file: string;
  readonly text: string;
  readonly format: RuleFormat;
  /** How the files that a configuration names are read; from the disk where nothing is said. */
  readonly readNamed?: ReadNamedFiles;
}

type Read = (source: ReportSource) => ReadDocuments;

/** Each loads what it needs: a report on rules needs no probes. */
const READERS: Readonly<Record<ReportKind, () => Promise<Read>>> = {
  config: async () => readConfigDocuments,
  rules: async () => readRules,
  probes: loadProbeReader,
  alertmanager: loadAlertmanagerReader,
};

/** Reports on a file; one that cannot be read is one refused line. */
export async function reportFile(
  kind: ReportKind,
  file: string,
  format: RuleFormat,
): Promise<readonly ReportLine[]> {
  const text = readText(file);
  if (typeof text === 'string') return (await loadReport(kind))({ file, text, format });
  // The fault begins with its place, and so does every line of a report.
  const message = text.fault.replace(`${file}:1:1: `, '');
  return [refuse({ file, line: 1, column: 1, message })];
}

/** What reports on texts of a kind. */
export async function loadReport(
  kind: ReportKind,
): Promise<(source: ReportSource) => readonly ReportLine[]> {
  const read = await READERS[kind]();
  return (source) => reportDocuments(read(source));
}

/** With the files that it names; of objectives and boards, which are ours, what is refused. */
function readConfigDocuments({ format, ...source }: ReportSource): ReadDocuments {
  const { root, notes } = readConfig({ ...format, ...source });
  return { ...notes, documents: [root, ...notes.documents] };
}

function readRules({ file, text, format }: ReportSource): ReadDocuments {
  const { root, faults } = readRuleFile({ ...format, text, file });
  return { documents: [root], faults, remarks: [] };
}

/** What no probe could do here is refused, too. */
async function loadProbeReader(): Promise<Read> {
  const { readModuleFile } = await import('../probe/index.ts');
  return (source) => {
    const { root, faults, remarks, refusals } = readModuleFile(source);
    const unsupported = refusals.map(({ value, message }) => {
      return { ...value.place, path: value.path, message };
    });
    return { documents: [root], faults, remarks, unsupported };
  };
}

/** What `nines alertmanager` would not start with is refused, too. */
async function loadAlertmanagerReader(): Promise<Read> {
  const { loadAlertmanagerMessages, readAlertmanagerConfig } = await import(
    '../alertmanager/index.ts'
  );
  const { listUnsent } = await import('./alertmanager/unsent.ts');
  const { loadTemplates } = await import('./alertmanager/load-templates.ts');
  const messages = await loadAlertmanagerMessages();
  return (source) => {
    const { root, config, faults, remarks } = readAlertmanagerConfig(source);
    if (config === undefined) return { documents: [root], faults, remarks };
    const templates = loadTemplates(config.templates, root, messages);
    const unsupported = listUnsent(config).map((part) => ({ ...root.place, ...part }));
    return { documents: [root], faults: templates.faults, unsupported, remarks };
  };
}
