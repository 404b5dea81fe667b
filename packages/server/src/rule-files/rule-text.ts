/** Writes rules as the YAML of a rule file, and changes texts that are there. Pure. */
import { REVIEW_QUESTIONS, type RuleDraft } from '@nines/contract';
import {
  appendToList,
  formatDocument,
  formatDuration,
  formatListEntry,
  type ListEntry,
  readYaml,
  removeFromMap,
  type YamlValue,
} from '../platform/index.ts';
import { PROBATION_ANNOTATION, probationAnnotations } from '../rules/index.ts';

/** Who writes a rule, and when. */
export interface Author {
  /** As they sign in. */
  readonly login: string;
  readonly nowMs: number;
}

/** A rule as an entry of `rules`, without indentation. */
export function formatRule(draft: RuleDraft, author: Author): string {
  return formatListEntry(toEntry(draft, author));
}

/** A file that has this rule alone. */
export function formatRuleFile(group: string, draft: RuleDraft, author: Author): string {
  const empty = formatDocument({ groups: [{ name: group, rules: [] }] });
  return appendToList(empty, ['groups', 0, 'rules'], toEntry(draft, author));
}

/** The text with one rule more at the end of a group, which is begun where it is not there. */
export function insertRule(
  text: string,
  group: string,
  { draft, author }: { readonly draft: RuleDraft; readonly author: Author },
): string {
  const index = listGroups(text).findIndex((one) => nameOf(one, 'name') === group);
  const entry = toEntry(draft, author);
  if (index >= 0) return appendToList(text, ['groups', index, 'rules'], entry);
  const { value, comments } = entry;
  return appendToList(text, ['groups'], {
    value: { name: group, rules: [value] },
    ...(comments === undefined ? {} : { comments }),
  });
}

/** The text in which a rule is not on probation; undefined: no such rule is in it. */
export function endProbation(
  text: string,
  { group, rule }: { readonly group: string; readonly rule: string },
): string | undefined {
  for (const [groupIndex, one] of listGroups(text).entries()) {
    if (nameOf(one, 'name') !== group) continue;
    const rules = fieldOf(one, 'rules')?.list() ?? [];
    const index = rules.findIndex(
      (each) =>
        nameOf(each, 'alert') === rule &&
        fieldOf(fieldOf(each, 'annotations'), PROBATION_ANNOTATION) !== undefined,
    );
    if (index < 0) continue;
    const path = ['groups', groupIndex, 'rules', index, 'annotations', PROBATION_ANNOTATION];
    return removeFromMap(text, path);
  }
  return undefined;
}

function toEntry(draft: RuleDraft, author: Author): ListEntry {
  const { name, expression, forMs, output, labels, summary, playbook, probationDays } = draft;
  const annotations = {
    ...(summary === '' ? {} : { summary }),
    ...(playbook === '' ? {} : { playbook }),
    ...(probationDays === null
      ? {}
      : probationAnnotations(author.login, { fromMs: author.nowMs, days: probationDays })),
  };
  return {
    value: {
      alert: name,
      expr: expression,
      ...(forMs === 0 ? {} : { for: formatDuration(forMs) }),
      labels: { severity: output, ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    comments: reviewOf(draft, author),
  };
}

/** The review as lines, for those who read the change. */
function reviewOf({ review }: RuleDraft, { login, nowMs }: Author): readonly string[] {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const answers = REVIEW_QUESTIONS.map((text, at) => `[${review[at] ? 'x' : ' '}] ${text}`);
  return [`Reviewed by ${login} on ${day} (SRE book, chapter 6):`, ...answers];
}

function listGroups(text: string): readonly YamlValue[] {
  const { root } = readYaml({ text, file: '' });
  return fieldOf(root, 'groups')?.list() ?? [];
}

function fieldOf(value: YamlValue | undefined, name: string): YamlValue | undefined {
  if (value?.kind !== 'map') return undefined;
  return value.entries().find(({ key }) => key.string() === name)?.value;
}

function nameOf(value: YamlValue, field: string): string | undefined {
  return fieldOf(value, field)?.string();
}
