/** Judges what a program exposes, in either of the text formats: `nines check metrics`. */
import type { ExpositionFinding } from './metrics-finding.ts';
import { lintFamilies } from './metrics-lint.ts';
import { checkOpenMetrics } from './openmetrics-check.ts';
import { checkText } from './text-check.ts';

/** `text` is Prometheus' format, versions 0.0.4 and 1.0.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export interface CheckMetricsOptions {
  readonly format: ExpositionFormat;
  /** Whether to tell what is well-formed and against conventions, too. */
  readonly hasAdvice: boolean;
}

/**
 * Judges a body; answers what is wrong, by place, then what could be better. It never throws, and
 * answers a few hundred findings at the most.
 */
export function checkMetrics(
  bytes: Uint8Array,
  { format, hasAdvice }: CheckMetricsOptions,
): readonly ExpositionFinding[] {
  const isOpenMetrics = format === 'openmetrics';
  const { findings, families } = isOpenMetrics ? checkOpenMetrics(bytes) : checkText(bytes);
  return hasAdvice ? [...findings, ...lintFamilies(families, { isOpenMetrics })] : findings;
}

/** A body is taken for OpenMetrics where it ends as only OpenMetrics does. */
export function guessFormat(bytes: Uint8Array): ExpositionFormat {
  const end = Buffer.from(bytes.subarray(-64)).toString('latin1').trimEnd();
  return end.endsWith('# EOF') ? 'openmetrics' : 'text';
}
