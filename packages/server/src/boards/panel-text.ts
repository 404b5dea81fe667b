/** Writes panels as the YAML of a board's file, and puts them into a text that is there. */
import type { PanelDraft } from '@nines/contract';
import { appendToList, formatDocument, formatListEntry } from '../platform/index.ts';

/** Only what differs from the defaults is written: the rest is for the reference to say. */
function toEntry({ title, kind, unit, queries }: PanelDraft): object {
  return {
    title,
    ...(kind === 'line' ? {} : { kind }),
    ...(unit === null ? {} : { unit }),
    queries: queries.map(({ expression, legend }) => ({
      expr: expression,
      ...(legend === null ? {} : { legend }),
    })),
  };
}

/** A panel as an entry of `panels`, without indentation. */
export function formatPanel(panel: PanelDraft): string {
  return formatListEntry({ value: toEntry(panel) });
}

/** A board that has this panel alone. */
export function formatBoard(title: string, panel: PanelDraft): string {
  return formatDocument({ title, panels: [toEntry(panel)] });
}

/** The text with one panel more at the end of its panels; the rest of it keeps every byte. */
export function insertPanel(text: string, panel: PanelDraft): string {
  return appendToList(text, ['panels'], { value: toEntry(panel) });
}
