/** A rule as it is put together on the page, before it is written into a file. */
import type {
  LintRequest,
  Output,
  RuleDraft,
  RuleFileList,
  SaveRuleRequest,
} from '@nines/contract';

/** Two weeks: time enough for a page or two, and for a deploy. */
const PROBATION_DAYS = 14;
export const PROBATIONS = [7, 14, 28] as const;
/** The review's questions, in the order of the contract; each has its words in the catalogue. */
export const QUESTIONS = ['finds', 'ignore', 'hurt', 'act', 'others'] as const;

export interface RuleFields {
  readonly name: string;
  readonly output: Output;
  /** `team=shop, zone=a`. */
  readonly labels: string;
  readonly summary: string;
  readonly playbook: string;
  /** Null: none. */
  readonly probationDays: number | null;
  readonly review: readonly boolean[];
  /** What `placesOf` calls it. */
  readonly place: string;
  /** Of a new file, and of the group in it. */
  readonly group: string;
}

export function emptyFields(place: string): RuleFields {
  return {
    name: '',
    output: 'page',
    labels: '',
    summary: '',
    playbook: '',
    probationDays: PROBATION_DAYS,
    review: QUESTIONS.map(() => false),
    place,
    group: '',
  };
}

/** Where a rule can go: a group of a file that can be written, or a new file. */
export interface Place {
  readonly key: string;
  /** Null: a new file. */
  readonly file: string | null;
  readonly hash: string | null;
  readonly group: string;
}

/** Stands for a new file among the places. */
export const NEW_FILE = '';

export function placesOf({ files }: RuleFileList): readonly Place[] {
  return files
    .filter(({ readOnlyReason }) => readOnlyReason === null)
    .flatMap(({ file, hash, groups }) =>
      groups.map((group) => ({ key: `${file}\n${group}`, file, hash, group })),
    );
}

/** What is asked of the server; undefined: something is missing. */
export function toRequest(
  fields: RuleFields,
  rule: { readonly expression: string; readonly forMs: number },
  places: readonly Place[],
): SaveRuleRequest | undefined {
  const draft = toDraft(fields, rule);
  const place = places.find(({ key }) => key === fields.place);
  const group = place?.group ?? fields.group.trim();
  if (draft === undefined || group === '') return undefined;
  return { rule: draft, file: place?.file ?? null, hash: place?.hash ?? null, group };
}

/** The rule alone; undefined: it has no name or no expression, or its labels cannot be read. */
export function toDraft(
  fields: RuleFields,
  { expression, forMs }: { readonly expression: string; readonly forMs: number },
): RuleDraft | undefined {
  const name = fields.name.trim();
  const labels = parseLabels(fields.labels);
  if (name === '' || expression.trim() === '' || labels === undefined) return undefined;
  return {
    name,
    expression,
    forMs,
    output: fields.output,
    labels,
    summary: fields.summary.trim(),
    playbook: fields.playbook.trim(),
    probationDays: fields.probationDays,
    review: [...fields.review],
  };
}

/** Reads `team=shop, zone=a`; undefined: a part of it is no label. */
export function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const match = /^\s*(?<name>[a-zA-Z_]\w*)\s*=\s*"?(?<value>[^"]*?)"?\s*$/.exec(part);
    const { name, value } = match?.groups ?? {};
    if (name === undefined || value === undefined || name === 'severity') return undefined;
    labels[name] = value;
  }
  return labels;
}

/** The lines of a rule as a file of their own, as a lint reads it. */
export function savedFile(yaml: string): LintRequest['files'][number] {
  const rule = yaml.replaceAll(/^(?=.)/gm, '      ');
  return { file: 'draft.yml', text: `groups:\n  - name: new\n    rules:\n${rule}` };
}
