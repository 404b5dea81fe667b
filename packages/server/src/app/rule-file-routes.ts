/** The handlers that write rules, whose modules are loaded when somebody asks for one. */
import { readFileSync } from 'node:fs';
import type { RuleFileRoutes } from '../rule-files/index.ts';
import { checkExpression } from './expression-check.ts';
import type { Parts } from './start-app.ts';

type RuleFileParts = Pick<Parts, 'configControl' | 'options'>;

/** Builds the handlers. */
export function createRuleWritingRoutes(parts: RuleFileParts): RuleFileRoutes {
  let loaded: Promise<RuleFileRoutes> | undefined;
  const load = async (): Promise<RuleFileRoutes> => {
    loaded ??= loadRoutes(parts);
    return loaded;
  };
  return {
    listRuleFiles: async (...input) => (await load()).listRuleFiles(...input),
    formatRule: async (...input) => (await load()).formatRule(...input),
    saveRule: async (...input) => (await load()).saveRule(...input),
    undoRule: async (...input) => (await load()).undoRule(...input),
    endProbation: async (...input) => (await load()).endProbation(...input),
  };
}

async function loadRoutes({ configControl, options }: RuleFileParts): Promise<RuleFileRoutes> {
  const { createRuleFileRoutes, createRuleFiles } = await import('../rule-files/index.ts');
  const config = () => configControl.state().config;
  const ruleFiles = createRuleFiles({
    inForce: () => config().rules,
    readText: (file) => readFileSync(file, 'utf8'),
    format: () => ({ checkExpression, nameValidation: config().global.nameValidation }),
    reload: async () => configControl.reload(),
  });
  return createRuleFileRoutes(ruleFiles, () => options.clock.now());
}
