/** The contract's routes that write rules. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { Author } from './rule-text.ts';
import type { RuleFiles } from './rule-files.ts';

export type RuleFileRoutes = RouteHandlers<
  'listRuleFiles' | 'formatRule' | 'saveRule' | 'undoRule' | 'endProbation',
  RequestContext
>;

/** Builds the handlers. */
export function createRuleFileRoutes(ruleFiles: RuleFiles, now: () => number): RuleFileRoutes {
  const authorOf = ({ actor }: RequestContext): Author => ({
    login: actor?.name ?? '',
    nowMs: now(),
  });
  return {
    listRuleFiles: () => ruleFiles.list(),
    formatRule: ({ body }, context) => ruleFiles.format(body, authorOf(context)),
    saveRule: async ({ body }, context) => ruleFiles.save(body, authorOf(context)),
    async undoRule({ body }) {
      await ruleFiles.undo(body);
      return {};
    },
    endProbation: async ({ body }) => ruleFiles.endProbation(body),
  };
}
