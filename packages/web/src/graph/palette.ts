import { LINE_COUNT_MAX } from './limits.ts';

/** The colours of a graph, read from the theme's tokens: a canvas knows no CSS variables. */
export interface GraphPalette {
  readonly lines: readonly string[];
  readonly other: string;
  readonly axis: string;
  readonly grid: string;
  readonly page: string;
  readonly ticket: string;
  readonly mark: string;
  readonly font: string;
}

export function readPalette(element: HTMLElement): GraphPalette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    lines: Array.from({ length: LINE_COUNT_MAX }, (_, index) => token(`--series-${index + 1}`)),
    other: token('--edge'),
    axis: token('--faint'),
    grid: token('--line'),
    page: token('--page'),
    ticket: token('--ticket'),
    mark: token('--dim'),
    font: `11px ${style.fontFamily}`,
  };
}

/** The token of a line's colour, for what CSS draws. */
export function lineColor(lineIndex: number): string {
  return `var(--series-${lineIndex + 1})`;
}
