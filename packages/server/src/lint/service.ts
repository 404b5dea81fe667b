/** Lints as the API runs them: bounded in number and time, and ended with the asker. */
import type { LintReport } from '@nines/contract';
import type { BacktestAsker } from '../backtests/index.ts';
import { limitExceeded } from '../platform/index.ts';
import type { RuleFormat } from '../rules/index.ts';
import { type FactSource, gatherFacts } from './gather-facts.ts';
import { LINTS_MAX } from './limits.ts';
import { lintSources, readSources } from './lint-rules.ts';
import type { SourceFile } from './source.ts';
import { viewLint } from './views.ts';

export interface LintsOptions {
  readonly source: FactSource;
  readonly format: () => RuleFormat;
  /** Of groups that do not say so themselves. */
  readonly intervalMs: () => number;
}

export interface Lints {
  /** Looks at files by their text and by the stored series; throws when the asker goes away. */
  run(files: readonly SourceFile[], asker: BacktestAsker): Promise<LintReport>;
}

/** Builds the use case. */
export function createLints({ source, format, intervalMs }: LintsOptions): Lints {
  let runningCount = 0;
  return {
    async run(files, asker) {
      if (runningCount >= LINTS_MAX) {
        const message = `${runningCount} lints are under way, as many as may: try later`;
        throw limitExceeded('LINT_TOO_MANY', message);
      }
      runningCount++;
      try {
        const sources = readSources(files, format());
        const rules = sources.flatMap((one) => one.rules);
        const { server, unaskedCount } = await gatherFacts(rules, source, asker);
        const facts = { intervalMs: intervalMs(), nowMs: source.clock.now(), server };
        return viewLint(lintSources(sources, facts), rules, { facts, unaskedCount });
      } finally {
        runningCount--;
      }
    },
  };
}

/** Looks at files by their text alone, where there is no server to ask. */
export function lintText(
  files: readonly SourceFile[],
  format: RuleFormat,
  known: { readonly intervalMs: number; readonly nowMs: number },
): LintReport {
  const sources = readSources(files, format);
  const rules = sources.flatMap((one) => one.rules);
  const facts = { ...known, server: undefined };
  return viewLint(lintSources(sources, facts), rules, { facts, unaskedCount: 0 });
}
