/** What rule files and their unit tests may say: all that we know, or what an older Prometheus does, too. */
import type { RuleFormat } from '../rules/index.ts';
import { checkExpression } from './expression-check.ts';

/** What rule files and their unit tests may say. */
export interface FileFormat {
  readonly rules: RuleFormat;
  /** Fields of unit tests that may not be there, each with the reason. */
  readonly testFields: ReadonlyMap<string, string>;
}

/** For people whose files a release of Prometheus must load, too; undefined: no release need. */
export async function loadFileFormat(prometheus: string | undefined): Promise<FileFormat> {
  if (prometheus === undefined) return { rules: { checkExpression }, testFields: new Map() };
  const { createOlderFormat, parseRelease } = await import('./older-prometheus.ts');
  return createOlderFormat(parseRelease(prometheus));
}
