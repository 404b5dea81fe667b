/** Reads the file of a board; every fault has its place and says what would be right. */
import { basename, extname } from 'node:path';
import type { BoardVariable } from '@nines/contract';
import {
  type Fault,
  hashText,
  readYaml,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { NAME_CHARS_MAX, PANELS_MAX, RANGE_MS_MAX, REFRESH_MS_MIN } from './limits.ts';
import { type Board, NAME } from './model.ts';
import { readPanel } from './read-panel.ts';
import { readVariables } from './read-variables.ts';
import { readBounded } from './values.ts';

export const BOARD_EXTENSIONS = ['.yaml', '.yml'] as const;

const FIELDS = ['title', 'description', 'range', 'refresh', 'variables', 'panels'];
const RANGE_MS = 3_600_000;
const REFRESH_MS = 15_000;

/** Whether a document is a board: nothing else that Nines reads has panels. */
export function isBoardFile(root: YamlValue): boolean {
  return root.kind === 'map' && root.entries().some(({ key }) => key.string() === 'panels');
}

/** Reads one file; where there are faults the board must not be used. */
export function readBoard(source: { readonly file: string; readonly text: string }): {
  readonly board: Board;
  readonly faults: readonly Fault[];
} {
  const { root, faults } = readYaml(source);
  const fields = root.fields(FIELDS);
  // A broken text has its fault already, and no field could be found in it.
  if (faults.length === 0) checkShape(root, fields);
  const variables = readVariables(fields.find('variables'));
  const name = readName(root, source.file);
  return {
    board: {
      name,
      title: fields.find('title')?.string() ?? name,
      description: fields.find('description')?.string() ?? null,
      rangeMs: readRange(fields.find('range')),
      refreshMs: readRefresh(fields.find('refresh')),
      variables,
      panels: readPanels(fields.find('panels'), variables),
      file: source.file,
      hash: hashText(source.text),
      text: source.text,
    },
    faults,
  };
}

function checkShape(root: YamlValue, fields: YamlFields): void {
  const title = fields.find('title')?.string();
  if (title?.trim() === '') fields.find('title')?.fault('title is empty; say what the board shows');
  if (root.kind === 'empty')
    root.fault('a board needs panels: a list, each with title and queries');
}

function readName(root: YamlValue, file: string): string {
  const name = basename(file, extname(file));
  if (!NAME.test(name) || name.length > NAME_CHARS_MAX) {
    const rule = 'letters, digits, ".", "_" and "-", and begin with a letter or digit';
    root.fault(
      `the board's name is its file's, which must have at most ${NAME_CHARS_MAX} ${rule}, got "${name}"`,
    );
  }
  return name;
}

function readRange(value: YamlValue | undefined): number {
  const rangeMs = value?.durationMs();
  if (value === undefined || rangeMs === undefined) return RANGE_MS;
  if (rangeMs <= 0 || rangeMs > RANGE_MS_MAX) {
    value.fault('range must be longer than nothing and at most 10y, such as 6h');
  }
  return rangeMs;
}

function readRefresh(value: YamlValue | undefined): number {
  const refreshMs = value?.durationMs();
  if (value === undefined || refreshMs === undefined) return REFRESH_MS;
  if (refreshMs !== 0 && refreshMs < REFRESH_MS_MIN) {
    value.fault('refresh must be 5s or longer, or 0s for never');
  }
  return refreshMs;
}

function readPanels(
  value: YamlValue | undefined,
  variables: readonly BoardVariable[],
): Board['panels'] {
  return readBounded(value, PANELS_MAX).map((item) => readPanel(item, variables));
}
