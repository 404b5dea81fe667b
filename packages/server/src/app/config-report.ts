/** Says of each line of a configuration what becomes of it: for those who bring a prometheus.yml. */
import { type Fault, formatFault, type Place, type YamlValue } from '../platform/index.ts';
import type { CheckExpression } from '../rules/index.ts';
import { type ReadConfig, readConfig } from './config.ts';
import { readText } from './named-files.ts';

type Verdict = 'supported' | 'ignored' | 'refused';

interface ReportLine {
  readonly place: Place;
  /** The path of the field: `scrape_configs[0].job_name`. */
  readonly path: string;
  readonly verdict: Verdict;
  /** Why it is ignored or refused; '' where it is supported. */
  readonly message: string;
}

/** How deep a report goes: the fields of a job's parts, but not the values in them. */
const DEPTH_MAX = 3;
/** Modules have names between, and parts of parts: `modules.web.http.tls_config.ca_file`. */
const PROBES_DEPTH_MAX = 5;
/** Routes are nested as deep as teams are: each level has `routes` and a field. */
const ALERTMANAGER_DEPTH_MAX = 32;
/** A report is for people; a configuration with more fields is one of a program. */
const LINES_MAX = 10_000;

interface Field {
  readonly place: Place;
  readonly path: string;
  /** Of a map in a block it is that of its first key, so that a place alone tells no field. */
  readonly valuePlace: Place;
}

/** Reports on a file; one that cannot be read is one refused line. */
export function reportFile(file: string, checkExpression: CheckExpression): readonly ReportLine[] {
  const text = readText(file);
  if (typeof text !== 'string') return reportUnreadable(file, text.fault);
  return reportConfig(readConfig({ text, file, checkExpression }), DEPTH_MAX);
}

/** Reports on a file of blackbox_exporter; what no probe could do here is refused, too. */
export async function reportProbeFile(file: string): Promise<readonly ReportLine[]> {
  const { readModuleFile } = await import('../probe/index.ts');
  const text = readText(file);
  if (typeof text !== 'string') return reportUnreadable(file, text.fault);
  const { root, faults, remarks, refusals } = readModuleFile({ text, file });
  const refused = refusals.map(({ value, message }) => ({ ...value.place, message }));
  const notes = { faults: [...faults, ...refused], remarks };
  return reportConfig({ root, notes }, PROBES_DEPTH_MAX);
}

/** Reports on a file of Alertmanager: what is read and not sent is ignored. */
export async function reportAlertmanagerFile(file: string): Promise<readonly ReportLine[]> {
  const { loadAlertmanagerMessages, readAlertmanagerConfig } = await import(
    '../alertmanager/index.ts'
  );
  const messages = await loadAlertmanagerMessages();
  const { listUnsentFields } = await import('./alertmanager/unsent.ts');
  const { loadTemplates } = await import('./alertmanager/load-templates.ts');
  const { SENT_KINDS } = await import('./alertmanager/sent-kinds.ts');
  const text = readText(file);
  if (typeof text !== 'string') return reportUnreadable(file, text.fault);
  const read = readAlertmanagerConfig({ text, file, sentKinds: SENT_KINDS });
  const { root, config } = read;
  const templates =
    config === undefined ? [] : loadTemplates(config.templates, root, messages).faults;
  const faults = [...read.faults, ...templates];
  const fields = new Map(
    [...listFields(root, ALERTMANAGER_DEPTH_MAX)].map((one) => [one.path, one]),
  );
  const unsent = (config === undefined ? [] : listUnsentFields(config)).flatMap((one) => {
    // What a receiver does not say itself, it has from there.
    const field = fields.get(one.path) ?? fields.get('global.http_config');
    return field === undefined ? [] : [{ ...field.valuePlace, message: one.message }];
  });
  const notes = { faults, remarks: [...read.remarks, ...unsent] };
  return reportConfig({ root, notes }, ALERTMANAGER_DEPTH_MAX);
}

function reportUnreadable(file: string, fault: string): readonly ReportLine[] {
  // The fault begins with its place, and so does every line of a report.
  const message = fault.replace(`${file}:1:1: `, '');
  return [{ place: { file, line: 1, column: 1 }, path: '', verdict: 'refused', message }];
}

/** One line for each field, in the order of the file; faults elsewhere come at the end. */
function reportConfig(
  { root, notes }: Pick<ReadConfig, 'root' | 'notes'>,
  depthMax: number,
): readonly ReportLine[] {
  const fields = [...listFields(root, depthMax)].slice(0, LINES_MAX);
  const faults = join(notes.faults, (note) => findByKey(fields, note));
  // Remarks are about values, and faults about keys as well.
  const remarks = join(notes.remarks, (note) => findByValue(fields, note));
  const ignored: { readonly path: string; readonly message: string }[] = [];
  const lines = fields.map((field): ReportLine => {
    const refusal = faults.get(field);
    if (refusal !== undefined) return { ...field, verdict: 'refused', message: refusal };
    const remark = remarks.get(field);
    if (remark !== undefined) ignored.push({ path: field.path, message: remark });
    const above = ignored.findLast(({ path }) => isWithin(field.path, path));
    if (above !== undefined) return { ...field, verdict: 'ignored', message: above.message };
    return { ...field, verdict: 'supported', message: '' };
  });
  const file = root.place.file;
  const elsewhere = notes.faults.filter((fault) => fault.file !== file || fields.length === 0);
  return [
    ...lines,
    ...elsewhere.map((fault): ReportLine => {
      return { place: fault, path: '', verdict: 'refused', message: fault.message };
    }),
  ];
}

/** Writes a line the way compilers do, so that editors can jump to it. */
export function formatReportLine({ place, path, verdict, message }: ReportLine): string {
  const what = [path, message].filter((text) => text !== '').join(': ');
  return formatFault({ ...place, message: `${verdict}: ${what}` });
}

function isWithin(path: string, owner: string): boolean {
  return path === owner || path.startsWith(`${owner}.`) || path.startsWith(`${owner}[`);
}

function* listFields(value: YamlValue, depth: number): Generator<Field> {
  if (value.kind === 'list') for (const item of value.list()) yield* listFields(item, depth);
  if (value.kind !== 'map' || depth <= 0) return;
  for (const { key, value: inner } of value.entries()) {
    yield { place: key.place, path: key.path, valuePlace: inner.place };
    yield* listFields(inner, depth - 1);
  }
}

/** What was noted of each field; several notes are one message. */
function join(
  notes: readonly Fault[],
  find: (note: Fault) => Field | undefined,
): ReadonlyMap<Field, string> {
  const messages = new Map<Field, string>();
  for (const note of notes) {
    const field = find(note);
    if (field === undefined) continue;
    const before = messages.get(field);
    messages.set(field, before === undefined ? note.message : `${before}; ${note.message}`);
  }
  return messages;
}

function findByValue(fields: readonly Field[], note: Fault): Field | undefined {
  return (
    fields.find(
      ({ valuePlace }) => isAtOrBefore(valuePlace, note) && isAtOrBefore(note, valuePlace),
    ) ?? findByKey(fields, note)
  );
}

/** The last field that begins at or before a note. */
function findByKey(fields: readonly Field[], note: Fault): Field | undefined {
  return fields.findLast(({ place }) => isAtOrBefore(place, note));
}

function isAtOrBefore(place: Place, other: Place): boolean {
  if (place.file !== other.file) return false;
  return place.line < other.line || (place.line === other.line && place.column <= other.column);
}
