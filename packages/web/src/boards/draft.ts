/** What Explore proposes for a new panel; everything can be changed before it is written. */
import type { BoardFileList, Panel, PanelDraft } from '@nines/contract';

/** A title longer than this is a query, and the panel shows that anyway. */
const TITLE_CHARS = 60;
const NAME_CHARS_MAX = 60;

/** The unit that an expression most likely has; null where it could be any. */
export function guessUnit(expression: string): Panel['unit'] {
  const text = expression.replaceAll(/\s+/g, ' ');
  if (/histogram_(quantile|avg)/.test(text))
    return /_seconds|duration/.test(text) ? 'seconds' : null;
  // A quotient can be anything.
  if (text.includes('/')) return null;
  if (/\b(rate|irate)\s*\(/.test(text)) return /_(bytes|seconds)/.test(text) ? null : 'per_second';
  if (/_bytes\b/.test(text)) return 'bytes';
  return /_seconds\b/.test(text) ? 'seconds' : null;
}

/** The expression in one line, until somebody knows better. */
export function guessTitle(expression: string): string {
  const line = expression.replaceAll(/\s+/g, ' ').trim();
  return line.length <= TITLE_CHARS ? line : `${line.slice(0, TITLE_CHARS - 1).toWellFormed()}…`;
}

/** A file's name from the title of a board, none that is there already. */
export function chooseName(title: string, boards: BoardFileList['boards']): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_CHARS_MAX)
    .replaceAll(/^-+|-+$/g, '');
  const base = plain === '' ? 'board' : plain;
  const taken = new Set(boards.map(({ name }) => name));
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

export interface DraftFields {
  readonly title: string;
  readonly kind: Panel['kind'];
  readonly unit: Panel['unit'];
  readonly legend: string;
}

export function toDraft(expression: string, fields: DraftFields): PanelDraft {
  const legend = fields.legend.trim();
  return {
    title: fields.title.trim(),
    kind: fields.kind,
    unit: fields.unit,
    queries: [{ expression, legend: legend === '' ? null : legend }],
  };
}
