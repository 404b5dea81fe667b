/**
 * Says of each line of a configuration what becomes of it: for those who bring the files of other
 * programs that they have.
 *
 * There is no list of fields here (ADR 157). A report is made of what the readers left behind that
 * also put the file into force: the faults and remarks that they noted, each at the path of its
 * value, and which values they have asked for what they say. What nobody asked for is never called
 * supported.
 */
import {
  type Fault,
  formatFault,
  type Place,
  type Remark,
  type YamlValue,
} from '../platform/index.ts';

export type Verdict = 'supported' | 'ignored' | 'refused';

export interface ReportLine extends Place {
  /** The path of the field: `scrape_configs[0].job_name`; '' where it is about a whole file. */
  readonly path: string;
  readonly verdict: Verdict;
  /** Why it is ignored or refused, and what to do; of what is supported, advice or ''. */
  readonly message: string;
}

/** What was read: documents, and what was noted in them and in files that are none of them. */
export interface ReadDocuments {
  readonly documents: readonly YamlValue[];
  readonly faults: readonly Fault[];
  readonly remarks: readonly Remark[];
  /** What is well-formed and cannot run here, with all within it. */
  readonly unsupported?: readonly Fault[];
}

/** A report is for people; aliases of aliases would make it endless. */
const FIELDS_MAX = 200_000;

const UNREAD = 'nothing here reads it: what stands beside it decides; leave it out';

/** One value of a document, and what was noted of it. */
interface Field {
  readonly place: Place;
  readonly path: string;
  readonly parent: Field | undefined;
  /** Maps in lists have no line but those of their fields, unless something was noted of them. */
  readonly hasLine: boolean;
  readonly isRead: boolean;
  readonly refusals: string[];
  readonly unsupported: string[];
  readonly reasons: string[];
  readonly advice: string[];
}

type NoteList = 'refusals' | 'unsupported' | 'reasons' | 'advice';

/** One line for each field and each element of a list, in the order of the files. */
export function reportDocuments(read: ReadDocuments): ReportLine[] {
  const lines: ReportLine[] = [];
  // Walking may find more to complain of than the readers did, who decide.
  const notes = { faults: [...read.faults], remarks: [...read.remarks] };
  const { unsupported = [] } = read;
  const told = new Set<Fault>();
  for (const root of read.documents) {
    const fields = [...listFields(root).take(FIELDS_MAX)];
    const find = indexFields(fields);
    const { file } = root.place;
    const noteAt = (note: Fault, list: NoteList): void => {
      const field = note.file === file && !told.has(note) ? find(note) : undefined;
      if (field === undefined) return;
      field[list].push(note.message);
      told.add(note);
    };
    for (const fault of notes.faults) noteAt(fault, 'refusals');
    for (const fault of unsupported) noteAt(fault, 'unsupported');
    for (const remark of notes.remarks) noteAt(remark, remark.isAdvice ? 'advice' : 'reasons');
    lines.push(...fields.flatMap(judge).sort(inOrderOfPlace));
    if (fields.length === FIELDS_MAX) {
      const message = `the report ends here, after ${FIELDS_MAX} fields; split the file`;
      lines.push({ ...root.place, path: '', verdict: 'refused', message });
    }
  }
  const elsewhere = [...notes.faults, ...unsupported]
    .filter((fault) => !told.has(fault))
    .map(refuse);
  return [...lines, ...elsewhere];
}

/** A line for what is wrong with no field, as syntax is, or a file that cannot be read. */
export function refuse({ file, line, column, path = '', message }: Fault): ReportLine {
  return { file, line, column, path, verdict: 'refused', message };
}

/** Writes a line the way compilers do, so that editors can jump to it. */
export function formatReportLine({ path, verdict, message, ...place }: ReportLine): string {
  const what = [path, message].filter((text) => text !== '').join(': ');
  return formatFault({ ...place, message: `${verdict}: ${what}` });
}

function* listFields(root: YamlValue): Generator<Field> {
  const isBare = root.kind === 'empty' || root.kind === 'scalar';
  if (isBare) return;
  const field = createField(root, { place: root.place, parent: undefined, hasLine: false });
  yield field;
  yield* listInner(root, field);
}

function* listInner(value: YamlValue, parent: Field): Generator<Field> {
  for (const item of value.kind === 'list' ? value.list() : []) {
    const hasLine = isLeaf(item);
    const field = createField(item, { place: item.place, parent, hasLine });
    yield field;
    yield* listInner(item, field);
  }
  for (const { key, value: inner } of value.kind === 'map' ? value.entries() : []) {
    const field = createField(inner, { place: key.place, parent, hasLine: true });
    yield field;
    yield* listInner(inner, field);
  }
}

function createField(value: YamlValue, at: Pick<Field, 'place' | 'parent' | 'hasLine'>): Field {
  // Asked before the walk goes into the value, which reads it as a reader does.
  const notes = { refusals: [], unsupported: [], reasons: [], advice: [] };
  return { ...at, path: value.path, isRead: value.isRead(), ...notes };
}

function isLeaf(value: YamlValue): boolean {
  switch (value.kind) {
    case 'list':
      return value.list().length === 0;
    case 'map':
      return value.entries().length === 0;
    case 'scalar':
    case 'empty':
      return true;
  }
}

/**
 * Finds the field that a note is about, or, of what is not there, the one that it would stand in;
 * of several that have its path, the last before it.
 */
function indexFields(fields: readonly Field[]): (note: Fault) => Field | undefined {
  const byPath = Map.groupBy(fields, ({ path }) => path);
  return (note) => {
    for (let path = note.path; path !== undefined; path = ownerOf(path)) {
      const candidates = byPath.get(path) ?? [];
      const before = candidates.findLast(({ place }) => inOrderOfPlace(place, note) <= 0);
      if (candidates.length > 0) return before ?? candidates[0];
    }
    return undefined;
  };
}

/** The path of what a value stands in; undefined: it is the whole document. */
function ownerOf(path: string): string | undefined {
  return path === '' ? undefined : path.replace(/(?:\.?[^.[]*|\[\d*\])$/, '');
}

function judge(field: Field): readonly ReportLine[] {
  const { place, path, refusals, unsupported, reasons, advice } = field;
  const isNoted = [refusals, unsupported, reasons, advice].some(({ length }) => length > 0);
  if (!field.hasLine && !isNoted) return [];
  const line = (verdict: Verdict, message: string): readonly ReportLine[] => [
    { ...place, path, verdict, message },
  ];
  if (refusals.length > 0) return line('refused', join(refusals));
  const absent = findAbove(field, (one) => one.unsupported.length > 0);
  if (absent !== undefined) return line('refused', join(absent.unsupported));
  const ignored = findAbove(field, (one) => one.reasons.length > 0);
  if (ignored !== undefined) return line('ignored', join(ignored.reasons));
  if (field.isRead) return line('supported', join(advice));
  const refused = findAbove(field, (one) => one.refusals.length > 0);
  if (refused !== undefined) return line('refused', join(refused.refusals));
  return line('ignored', UNREAD);
}

/** The nearest that something holds for: the field itself, or one that it stands in. */
function findAbove(field: Field, holds: (field: Field) => boolean): Field | undefined {
  for (let one: Field | undefined = field; one !== undefined; one = one.parent) {
    if (holds(one)) return one;
  }
  return undefined;
}

function join(messages: readonly string[]): string {
  return [...new Set(messages)].join('; ');
}

function inOrderOfPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}
