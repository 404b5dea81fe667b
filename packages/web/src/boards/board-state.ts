/** What a board shows, kept in the URL: the range, and what was chosen for its variables. */
import type { BoardFile, VariableValues } from '@nines/contract';
import { parseSpan, writeSpan } from '../explore/explore-state.ts';
import type { Span } from '../graph/span.ts';

export interface BoardState {
  readonly span: Span;
  /** Null: all values. What nobody chose is absent. */
  readonly chosen: VariableValues;
}

type Usual = Pick<BoardFile, 'rangeMs' | 'variables'>;

/** An empty value stands for all: no series has an empty label. */
export function parseBoardState({ rangeMs, variables }: Usual, search: string): BoardState {
  const params = new URLSearchParams(search);
  const chosen = variables.flatMap(({ name, hasAll }) => {
    const text = params.get(name);
    if (text === null || (text === '' && !hasAll)) return [];
    return [[name, text === '' ? null : text] as const];
  });
  return { span: parseSpan(params, rangeMs), chosen: Object.fromEntries(chosen) };
}

export function formatBoardState({ rangeMs, variables }: Usual, state: BoardState): string {
  const params = new URLSearchParams();
  for (const { name } of variables) {
    const value = state.chosen[name];
    if (value !== undefined) params.set(name, value ?? '');
  }
  writeSpan(params, state.span, rangeMs);
  return params.toString();
}

/**
 * The value of every variable: as chosen, else its default, else all, else the first that there is.
 * Undefined while that first one is not known yet.
 */
export function resolveValues(
  variables: BoardFile['variables'],
  chosen: VariableValues,
  known: Readonly<Record<string, readonly string[] | undefined>>,
): VariableValues | undefined {
  const values: Record<string, string | null> = {};
  for (const { name, defaultValue, hasAll } of variables) {
    const own = chosen[name];
    const first = known[name];
    if (own !== undefined) values[name] = own;
    else if (defaultValue !== null) values[name] = defaultValue;
    else if (hasAll) values[name] = null;
    else if (first === undefined) return undefined;
    else values[name] = first[0] ?? '';
  }
  return values;
}
